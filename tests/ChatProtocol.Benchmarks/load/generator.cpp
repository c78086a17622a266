// The load generator: one thread and one epoll for every protocol. It makes a work's connections, lets the server warm up,
// measures for some seconds, waits for the entries and answers still due, and prints one line of JSON.
//     generator --peer chat --port 9999 --pid 123 --work fanout --members 100 --publishers 4 --window 512
// --tls speaks TLS 1.3 with AES-128-GCM; it has to be built with -DWITH_TLS -lssl.
#include "peers.hpp"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <fstream>
#include <map>
#include <sstream>
#include <vector>

using Nanoseconds = int64_t;
constexpr Nanoseconds Second = 1'000'000'000;

static Nanoseconds now() {
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * Second + t.tv_nsec;
}

[[noreturn]] static void fail(const std::string& why) {
    fprintf(stderr, "generator: %s\n", why.c_str());
    exit(1);
}

struct Options {
    std::string peer, work;          // work: fanout, rate, idle, append
    bool durable = false;            // the peer's durable kind
    bool all = false;                // every member posts, instead of publishers
    bool tls = false;
    int port = 0, pid = 0, rooms = 1, members = 0, publishers = 0, window = 256, atOnce = 64;
    double rate = 0, warm = 3, seconds = 5;

    Options(int argc, char** argv) {
        std::map<std::string, std::string> given;
        for (int i = 1; i < argc; i++) {
            const std::string name = argv[i];
            if (name == "--durable") durable = true;
            else if (name == "--all") all = true;
            else if (name == "--tls") tls = true;
            else if (i + 1 < argc) given[name] = argv[++i];
            else fail(name + " needs a value");
        }
        const auto text = [&](const char* name, std::string& to) { if (given.count(name)) { to = given[name]; given.erase(name); } };
        const auto number = [&](const char* name, auto& to) { if (given.count(name)) { to = atof(given[name].c_str()); given.erase(name); } };
        text("--peer", peer); text("--work", work);
        number("--port", port); number("--pid", pid); number("--rooms", rooms); number("--members", members);
        number("--publishers", publishers); number("--window", window); number("--at-once", atOnce);
        number("--rate", rate); number("--warm", warm); number("--seconds", seconds);
        if (!given.empty()) fail("there is no option " + given.begin()->first);
        if (tls && !Channel::HasTls) fail("it was built without TLS");
    }
};

// The resources used by the server's process, over all its threads.
class ServerProcess {
public:
    explicit ServerProcess(int pid) : path("/proc/" + std::to_string(pid)) {}

    double cpuSeconds() const {
        std::ifstream file(path + "/stat");
        std::string line;
        if (!std::getline(file, line)) fail("the server is gone");
        std::istringstream fields(line.substr(line.rfind(')') + 2));
        std::string skipped;
        for (int i = 0; i < 11; i++) fields >> skipped;
        long user = 0, system = 0;
        fields >> user >> system;
        return double(user + system) / sysconf(_SC_CLK_TCK);
    }
    long residentKb() const { return status("VmRSS:"); }
    long peakKb() const { return status("VmHWM:"); }

private:
    std::string path;

    long status(const char* name) const {
        std::ifstream file(path + "/status");
        for (std::string line; std::getline(file, line);)
            if (line.rfind(name, 0) == 0) return atol(line.c_str() + strlen(name));
        return 0;
    }
};

// A post's text: a mark, the time from which its delay counts in 16 hex digits, and a filling up to 100 bytes. The mark is long
// enough that no number in a frame is taken for one, and no character occurs in it twice.
class Stamp {
public:
    static constexpr std::string_view Mark = "^~|!";
    static constexpr size_t Size = Mark.size() + 16, TextSize = 100;

    static std::string_view write(Nanoseconds time) {
        static char text[TextSize + 1] = {};
        if (text[TextSize - 1] == 0) memset(text, 'x', TextSize);
        char digits[Size + 1];
        snprintf(digits, sizeof digits, "%s%016llx", Mark.data(), static_cast<unsigned long long>(time));
        memcpy(text, digits, Size);
        return {text, TextSize};
    }
    static Nanoseconds read(const char* p) { return Nanoseconds(strtoull(std::string(p + Mark.size(), 16).c_str(), nullptr, 16)); }
};

struct Room {
    std::vector<Conn*> publishers;
    int64_t members = 0, posts = 0, entries = 0;
    size_t next = 0;

    // Whether the posts not yet delivered, averaged over the members, are fewer than the window.
    bool hasRoomFor(int64_t window) const { return posts * members - entries < window * members; }
};

class Generator {
public:
    Generator(const Options& options, Adapter& adapter) : options(options), adapter(adapter), rooms(options.rooms) {
        if ((poller = epoll_create1(0)) < 0) fail("no epoll");
        for (uint32_t room = 0; room < rooms.size(); room++) {
            for (int i = 0; i < options.members; i++) add(room, true, options.all);
            for (int i = 0; i < options.publishers; i++) add(room, false, true);
        }
        // The connections' addresses may not change from here on.
        for (auto& c : conns) {
            rooms[c->room].members += c->joins;
            if (c->publishes) rooms[c->room].publishers.push_back(c.get());
        }
    }

    size_t count() const { return conns.size(); }
    std::vector<std::unique_ptr<Conn>>& all() { return conns; }
    std::vector<Room>& where() { return rooms; }
    int gone() const { return ended; }
    int64_t entries() const { return sum([](const Room& r) { return r.entries; }); }
    int64_t posts() const { return sum([](const Room& r) { return r.posts; }); }
    int64_t missing() const { return sum([](const Room& r) { return r.posts * r.members - r.entries; }); }
    int64_t acks() const { return acked; }
    std::vector<Nanoseconds>* delays = nullptr;   // only while delays are measured
    bool countsAcks = false;

    // Connects, logs in and joins, a number of connections at once.
    void enter() {
        size_t begun = 0;
        const auto late = now() + 120 * Second;
        while (ready < conns.size()) {
            while (begun < conns.size() && begun - ready < size_t(options.atOnce)) connect(*conns[begun++]);
            poll(100 * 1'000'000);
            if (ended > 0 || now() > late)
                fail("only " + std::to_string(ready) + " of " + std::to_string(conns.size()) + " connections are in");
        }
    }

    void post(Conn& c, Nanoseconds time) {
        adapter.publish(c, Stamp::write(time), c.out);
        c.own++;
        rooms[c.room].posts++;
        dirty.push_back(&c);
    }

    void flush() {
        for (auto* c : dirty) send(*c);
        dirty.clear();
    }

    // Waits at most so long for events, and handles them.
    void poll(Nanoseconds wait) {
        epoll_event happened[512];
        const timespec timeout{time_t(wait / Second), long(wait % Second)};
        const int n = epoll_pwait2(poller, happened, 512, &timeout, nullptr);
        for (int i = 0; i < n; i++) {
            auto& c = *static_cast<Conn*>(happened[i].data.ptr);
            if (c.gone) continue;
            if (happened[i].events & EPOLLOUT) goOn(c);
            if (!c.gone && happened[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP)) receive(c);
        }
    }

private:
    const Options& options;
    Adapter& adapter;
    std::vector<Room> rooms;
    std::vector<std::unique_ptr<Conn>> conns;
    std::vector<Conn*> dirty;
    int poller = -1, ended = 0;
    size_t ready = 0;
    int64_t acked = 0;

    void add(uint32_t room, bool joins, bool publishes) {
        auto c = std::make_unique<Conn>();
        c->id = uint32_t(conns.size());
        c->room = room;
        c->joins = joins;
        c->publishes = publishes;
        conns.push_back(std::move(c));
    }

    template <class Of> int64_t sum(Of of) const {
        int64_t all = 0;
        for (auto& room : rooms) all += of(room);
        return all;
    }

    void connect(Conn& c) {
        const int fd = c.channel.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        if (fd < 0) fail("no socket: ulimit -n has to be above the number of connections");
        const int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(uint16_t(options.port));
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0 && errno != EINPROGRESS) fail("cannot connect");
        if (!options.tls || !adapter.greetsInTheClear) begin(c);
        c.waits = true;
        epoll_event e{};
        e.events = EPOLLIN | EPOLLOUT;
        e.data.ptr = &c;
        epoll_ctl(poller, EPOLL_CTL_ADD, fd, &e);
    }

    void begin(Conn& c) {
        if (options.tls) c.channel.secure();
        adapter.hello(c, c.out);
    }

    void watch(Conn& c, bool writing) {
        if (c.waits == writing) return;
        c.waits = writing;
        epoll_event e{};
        e.events = EPOLLIN | (writing ? uint32_t(EPOLLOUT) : 0);
        e.data.ptr = &c;
        epoll_ctl(poller, EPOLL_CTL_MOD, c.channel.fd, &e);
    }

    void send(Conn& c) {
        if (!c.waits && !c.gone) goOn(c);
    }

    void goOn(Conn& c) {
        while (c.sent < c.out.size()) {
            const ssize_t n = c.channel.send(c.out.data() + c.sent, c.out.size() - c.sent);
            if (n < 0 && errno == EAGAIN) { watch(c, !c.channel.waitsForServer()); return; }
            if (n < 0) { end(c); return; }
            c.sent += n;
        }
        c.out.clear();
        c.sent = 0;
        watch(c, false);
    }

    void receive(Conn& c) {
        static char buffer[256 * 1024];
        do {
            const ssize_t n = c.channel.receive(buffer, sizeof buffer);
            if (n < 0 && errno == EAGAIN) break;
            if (n <= 0) { end(c); return; }
            if (c.ready) take(c, buffer, n);
            else enter(c, buffer, n);
        } while (c.channel.hasMore());
        // A handshake may have waited for this input.
        if (c.sent < c.out.size()) send(c);
    }

    // Input of a connection that is not ready yet.
    void enter(Conn& c, const char* p, size_t n) {
        c.in.append(p, n);
        if (options.tls && !c.channel.isSecure()) {
            if (c.in.find('\n') == c.in.npos) return;
            c.in.clear();
            begin(c);
            return;
        }
        if (adapter.input(c, c.in, c.out)) {
            c.ready = true;
            c.in.clear();
            ready++;
        }
    }

    void take(Conn& c, const char* p, size_t n) {
        if (countsAcks && c.publishes) {
            const auto acks = adapter.countAcks(c, p, n);
            c.acked += acks;
            acked += acks;
        }
        if (!c.joins) return;
        if (delays != nullptr) time(c, p, n);
        else rooms[c.room].entries += marks(c, p, n);
    }

    // Counts marks. A piece of input may end within a mark; c.marked is the part of a mark at the end of the previous piece.
    static int64_t marks(Conn& c, const char* p, size_t n) {
        int64_t found = 0;
        for (const char* end = p + n; p < end;) {
            if (c.marked == 0) {
                p = static_cast<const char*>(memchr(p, Stamp::Mark[0], end - p));
                if (p == nullptr) break;
            } else if (*p != Stamp::Mark[c.marked]) {
                c.marked = 0;
                continue;
            }
            p++;
            if (++c.marked < Stamp::Mark.size()) continue;
            c.marked = 0;
            found++;
        }
        return found;
    }

    void time(Conn& c, const char* p, size_t n) {
        c.in.append(p, n);
        const auto arrived = now();
        size_t read = 0, mark;
        while ((mark = c.in.find(Stamp::Mark, read)) != c.in.npos && c.in.size() - mark >= Stamp::Size) {
            rooms[c.room].entries++;
            delays->push_back(arrived - Stamp::read(c.in.data() + mark));
            read = mark + Stamp::Size;
        }
        // The last bytes are kept if they may be the beginning of a mark.
        c.in.erase(0, std::max(read, mark != c.in.npos ? mark : c.in.size() - std::min(c.in.size(), Stamp::Mark.size() - 1)));
    }

    void end(Conn& c) {
        c.gone = true;
        ended++;
        close(c.channel.fd);
    }
};

// The counts of a work between two moments.
class Measure {
public:
    Measure(Generator& g, const ServerProcess& server) : g(g), server(server) { begin(); }

    void begin() {
        start = now();
        cpu = server.cpuSeconds();
        own = ownCpu();
        posts = g.posts(), entries = g.entries(), acks = g.acks();
    }
    void print(const Options& o, Nanoseconds end, double cpuAtEnd, double ownAtEnd, int64_t postsAtEnd, int64_t entriesAtEnd, int64_t acksAtEnd) const {
        const double seconds = double(end - start) / Second, used = cpuAtEnd - cpu;
        const int64_t done = o.work == "append" ? acksAtEnd - acks : entriesAtEnd - entries;
        printf("\"seconds\":%.3f,\"posts\":%lld,\"done\":%lld,\"per_s\":%.0f,\"cpu_s\":%.2f,\"cpu_per_m\":%.4f,\"server_busy\":%.3f,\"generator_busy\":%.3f,",
               seconds, static_cast<long long>(postsAtEnd - posts), static_cast<long long>(done), double(done) / seconds, used, done > 0 ? used / double(done) * 1e6 : 0.0,
               used / seconds, (ownAtEnd - own) / seconds);
    }
    static double ownCpu() {
        rusage r;
        getrusage(RUSAGE_SELF, &r);
        return double(r.ru_utime.tv_sec + r.ru_stime.tv_sec) + double(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
    }

private:
    Generator& g;
    const ServerProcess& server;
    Nanoseconds start = 0;
    double cpu = 0, own = 0;
    int64_t posts = 0, entries = 0, acks = 0;
};

// Sends as many posts as the rooms' windows allow.
static void fanOut(Generator& g, const Options& o) {
    for (auto& room : g.where())
        while (room.hasRoomFor(o.window)) {
            g.post(*room.publishers[room.next], now());
            room.next = (room.next + 1) % room.publishers.size();
        }
}

// Sends as many posts as may be unacknowledged.
static void append(Generator& g, const Options& o) {
    for (auto& c : g.all())
        while (c->publishes && c->own - c->acked < o.window) g.post(*c, now());
}

static void printDelays(std::vector<Nanoseconds> delays) {
    std::sort(delays.begin(), delays.end());
    const auto at = [&](double share) { return delays.empty() ? 0.0 : double(delays[size_t(share * double(delays.size() - 1))]) / 1000; };
    printf("\"p50_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"max_us\":%.1f,", at(0.5), at(0.99), at(0.999), at(1));
}

// Posts by the rule of the work until the warm-up and the measured seconds are over; then waits for the entries still due.
static void run(Generator& g, const Options& o, const ServerProcess& server) {
    std::vector<Nanoseconds> delays;
    if (o.work == "rate") { delays.reserve(1 << 22); g.delays = &delays; }
    g.countsAcks = o.work == "append";
    const auto begin = now(), warm = begin + Nanoseconds(o.warm * Second), end = warm + Nanoseconds(o.seconds * Second);
    Measure measure(g, server);
    bool isWarm = false;
    Nanoseconds due = begin;
    size_t next = 0;
    for (Nanoseconds at = begin; at < end; at = now()) {
        if (!isWarm && at >= warm) { isWarm = true; delays.clear(); measure.begin(); }
        if (g.gone() > 0) fail("the server has closed a connection");
        Nanoseconds wait = 10 * 1'000'000;
        if (o.work == "fanout") fanOut(g, o);
        else if (o.work == "append") append(g, o);
        else {
            auto& room = g.where()[0];
            for (; due <= at; due += Nanoseconds(Second / o.rate)) g.post(*room.publishers[next++ % room.publishers.size()], due);
            wait = std::max<Nanoseconds>(due - now(), 0);
        }
        g.flush();
        g.poll(wait);
    }
    const auto stop = now();
    const double cpu = server.cpuSeconds(), own = Measure::ownCpu();
    const auto posts = g.posts(), entries = g.entries(), acks = g.acks();
    for (auto last = now(); g.missing() > 0 && now() - last < 2 * Second;) {
        const auto before = g.missing();
        g.poll(100 * 1'000'000);
        if (g.missing() != before) last = now();
    }
    measure.print(o, stop, cpu, own, posts, entries, acks);
    if (o.work == "rate") printDelays(delays);
    printf("\"peak_kb\":%ld,\"missing\":%lld}\n", server.peakKb(), static_cast<long long>(g.missing()));
}

int main(int argc, char** argv) {
    const Options o(argc, argv);
    auto adapter = adapterOf(o.peer, o.durable);
    if (!adapter) fail("--peer is chat, bare, nats or redis");
    if (o.work != "fanout" && o.work != "rate" && o.work != "idle" && o.work != "append") fail("--work is fanout, rate, idle or append");
    if (o.work == "append" && adapter->ackMarker == 0) fail("this peer acknowledges nothing");
    if (o.work != "idle" && o.publishers == 0 && !o.all) fail("nobody posts: --publishers N, or --all");
    const ServerProcess server(o.pid);
    const long resident = server.residentKb();
    const double cpu = server.cpuSeconds();
    Generator g(o, *adapter);
    const auto begin = now();
    g.enter();
    printf("{\"setup_s\":%.3f,\"setup_cpu_s\":%.2f,\"connections\":%zu,", double(now() - begin) / Second, server.cpuSeconds() - cpu, g.count());
    if (o.work != "idle") {
        run(g, o, server);
        return 0;
    }
    for (const auto end = now() + Nanoseconds(o.seconds * Second); now() < end;) g.poll(100 * 1'000'000);
    const long held = server.residentKb();
    printf("\"resident_kb\":%ld,\"resident_before_kb\":%ld,\"bytes_per_connection\":%.0f,\"missing\":%d}\n",
           held, resident, double(held - resident) * 1024 / double(g.count()), g.gone());
}
