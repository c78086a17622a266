// Loaded into chatd with LD_PRELOAD. SIGKILL alone loses no write that the kernel has accepted, so this library records, for
// each file under POWERLOSS_FILES, the old and the new bytes of every write since the file was last synced, in a file of its
// own under POWERLOSS_JOURNAL. After a kill PowerLoss.cs takes writes back, as if the power had been cut instead.
// It also ends the process at the N-th write (half done) or sync: CHATD_FAILPOINT=wal.write:N, wal.sync:N, db.write:N, db.sync:N.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MAX_FD = 4096 };

// The record that PowerLoss.cs reads; the old bytes and then the new ones follow it.
struct record { uint64_t offset, size_before, old_length, new_length; };

static int journal_of[MAX_FD]; // 0: not a recorded file
static char kind_of[MAX_FD];   // 'w' the write-ahead log, 'd' any other
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *files, *journals;
static char kill_kind, kill_what;
static long kill_in;

static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static int (*real_fsync)(int);
static int (*real_ftruncate)(int, off_t);
static int (*real_unlink)(const char *);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);

static void begin(void)
{
    // Other libraries may open files before a constructor of this one would run.
    if (real_open)
        return;
    real_open = dlsym(RTLD_NEXT, "open64");
    real_close = dlsym(RTLD_NEXT, "close");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    files = getenv("POWERLOSS_FILES");
    journals = getenv("POWERLOSS_JOURNAL");
    const char *point = getenv("CHATD_FAILPOINT");
    char kind[4], what[6];
    if (point && sscanf(point, "%3[a-z].%5[a-z]:%ld", kind, what, &kill_in) == 3 && (!strcmp(kind, "wal") || !strcmp(kind, "db"))) {
        kill_kind = kind[0];
        kill_what = what[0];
    }
}

static int ends_with(const char *path, const char *end)
{
    size_t a = strlen(path), b = strlen(end);
    return a >= b && !strcmp(path + a - b, end);
}

static int is_ours(const char *path)
{
    return files && journals && !strncmp(path, files, strlen(files)) && strncmp(path, journals, strlen(journals))
        && (ends_with(path, ".db") || ends_with(path, "-wal") || ends_with(path, ".part") || ends_with(path, "-journal"));
}

static void journal_path(const char *path, char *out, size_t size)
{
    int n = snprintf(out, size, "%s/", journals);
    snprintf(out + n, size - n, "%s", path);
    for (char *c = out + n; *c; c++)
        if (*c == '/')
            *c = '%';
}

static int opened(const char *path, int fd)
{
    if (fd < 0 || fd >= MAX_FD)
        return fd;
    journal_of[fd] = 0;
    if (is_ours(path)) {
        char name[4096];
        journal_path(path, name, sizeof name);
        kind_of[fd] = ends_with(path, "-wal") ? 'w' : 'd';
        journal_of[fd] = real_open(name, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    }
    return fd;
}

static int dies(int fd, char what)
{
    return kill_kind == kind_of[fd] && kill_what == what && --kill_in == 0;
}

static void remember(int fd, off_t offset, const void *new, size_t length, int truncates)
{
    struct stat now;
    fstat(fd, &now);
    size_t old_length = offset >= now.st_size ? 0 : (size_t)(now.st_size - offset);
    if (!truncates && old_length > length)
        old_length = length;
    void *old = malloc(old_length + 1);
    if (pread(fd, old, old_length, offset) != (ssize_t)old_length)
        abort();
    struct record head = { (uint64_t)offset, (uint64_t)now.st_size, old_length, length };
    struct iovec parts[] = { { &head, sizeof head }, { old, old_length }, { (void *)new, length } };
    if (writev(journal_of[fd], parts, 3) < 0)
        abort();
    free(old);
}

int open64(const char *path, int flags, ...)
{
    begin();
    va_list rest;
    va_start(rest, flags);
    int mode = flags & O_CREAT ? va_arg(rest, int) : 0;
    va_end(rest);
    return opened(path, real_open(path, flags, mode));
}

int open(const char *path, int flags, ...)
{
    begin();
    va_list rest;
    va_start(rest, flags);
    int mode = flags & O_CREAT ? va_arg(rest, int) : 0;
    va_end(rest);
    return opened(path, real_open(path, flags, mode));
}

int close(int fd)
{
    begin();
    if (fd >= 0 && fd < MAX_FD && journal_of[fd]) {
        real_close(journal_of[fd]);
        journal_of[fd] = 0;
    }
    return real_close(fd);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t offset)
{
    begin();
    if (fd < 0 || fd >= MAX_FD || !journal_of[fd])
        return real_pwrite(fd, bytes, length, offset);
    pthread_mutex_lock(&lock);
    remember(fd, offset, bytes, length, 0);
    int end = dies(fd, 'w');
    ssize_t done = real_pwrite(fd, bytes, end ? length / 2 : length, offset);
    if (end)
        kill(getpid(), SIGKILL);
    pthread_mutex_unlock(&lock);
    return done;
}

ssize_t write(int fd, const void *bytes, size_t length)
{
    begin();
    if (fd < 0 || fd >= MAX_FD || !journal_of[fd])
        return real_write(fd, bytes, length);
    pthread_mutex_lock(&lock);
    remember(fd, lseek(fd, 0, SEEK_CUR), bytes, length, 0);
    ssize_t done = real_write(fd, bytes, length);
    pthread_mutex_unlock(&lock);
    return done;
}

int ftruncate64(int fd, off_t size)
{
    begin();
    if (fd < 0 || fd >= MAX_FD || !journal_of[fd])
        return real_ftruncate(fd, size);
    pthread_mutex_lock(&lock);
    remember(fd, size, NULL, 0, 1);
    int done = real_ftruncate(fd, size);
    pthread_mutex_unlock(&lock);
    return done;
}

int fsync(int fd)
{
    begin();
    if (fd < 0 || fd >= MAX_FD || !journal_of[fd])
        return real_fsync(fd);
    pthread_mutex_lock(&lock);
    if (dies(fd, 's'))
        kill(getpid(), SIGKILL);
    int done = real_fsync(fd);
    if (done == 0)
        real_ftruncate(journal_of[fd], 0);
    pthread_mutex_unlock(&lock);
    return done;
}

int unlink(const char *path)
{
    begin();
    int done = real_unlink(path);
    if (done == 0 && is_ours(path)) {
        char name[4096];
        journal_path(path, name, sizeof name);
        real_unlink(name);
    }
    return done;
}
