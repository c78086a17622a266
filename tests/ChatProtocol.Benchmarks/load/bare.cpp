// The least work that a server can do: rooms, members and posts, with only the lengths parsed and the output of a turn gathered
// once for all members of a room. With a file it writes the posts of a turn, syncs them, and only then answers and sends, as
// chatd does. It shows the speed of the machine and the kernel, and is no product.
//     bare PORT [FILE]
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <string>
#include <unordered_map>
#include <vector>

struct Client {
    int fd = -1;
    std::string in, answers, waiting;   // input not parsed yet; answers of this turn; output that the kernel did not accept
    bool touched = false;
};

struct Room {
    std::vector<Client*> members;
    std::string told;                   // the entries of this turn
};

static int poller;
static int file = -1;
static std::unordered_map<uint32_t, Room> rooms;
static std::vector<Client*> touched;
static std::vector<Room*> changed;
static std::string stored;

static uint32_t number(const char* p) { uint32_t v; memcpy(&v, p, 4); return ntohl(v); }

static void frame(std::string& out, uint32_t length, char type, const char* rest) {
    const uint32_t big = htonl(length);
    out.append(reinterpret_cast<const char*>(&big), 4);
    out += type;
    out.append(rest, length - 1);
}

static void touch(Client* c) {
    if (c->touched) return;
    c->touched = true;
    touched.push_back(c);
}

static void forget(Client* c) {
    for (auto& [id, room] : rooms)
        for (size_t i = 0; i < room.members.size(); i++)
            if (room.members[i] == c) { room.members[i] = room.members.back(); room.members.pop_back(); break; }
    close(c->fd);
    c->fd = -1;
}

static void handle(Client* c, const char* p, uint32_t length) {
    const uint32_t id = number(p + 1);
    Room& room = rooms[id];
    switch (p[0]) {
    case 'J': room.members.push_back(c); [[fallthrough]];
    case 'H': frame(c->answers, 5, 'K', p + 1); touch(c); break;
    case 'P':
        if (room.told.empty()) changed.push_back(&room);
        frame(room.told, length, 'M', p + 1);
        if (file < 0) break;
        stored.append(p, length);
        // The answer's length is the only other field that could hold a byte A, and it does not.
        frame(c->answers, 1, 'A', p);
        touch(c);
        break;
    }
}

static bool read(Client* c) {
    static char buffer[256 * 1024];
    const ssize_t n = recv(c->fd, buffer, sizeof buffer, 0);
    if (n == 0 || (n < 0 && errno != EAGAIN)) return false;
    if (n < 0) return true;
    c->in.append(buffer, n);
    size_t at = 0;
    while (c->in.size() - at >= 4) {
        const uint32_t length = number(c->in.data() + at);
        if (length < 5 || length > 1 << 20) return false;
        if (c->in.size() - at - 4 < length) break;
        handle(c, c->in.data() + at + 4, length);
        at += 4 + length;
    }
    c->in.erase(0, at);
    return true;
}

static void watch(Client* c, bool writing) {
    epoll_event e{};
    e.events = EPOLLIN | (writing ? uint32_t(EPOLLOUT) : 0);
    e.data.ptr = c;
    epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &e);
}

static void deliver(Client* c, const std::string& bytes) {
    if (c->fd < 0) return;
    size_t sent = 0;
    if (c->waiting.empty()) {
        const ssize_t n = send(c->fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        sent = n > 0 ? n : 0;
        if (sent == bytes.size()) return;
        watch(c, true);
    }
    c->waiting.append(bytes, sent, bytes.npos);
}

static void goOn(Client* c) {
    const ssize_t n = send(c->fd, c->waiting.data(), c->waiting.size(), MSG_NOSIGNAL);
    if (n > 0) c->waiting.erase(0, n);
    if (c->waiting.empty()) watch(c, false);
}

static void endTurn() {
    if (!stored.empty()) {
        if (write(file, stored.data(), stored.size()) != ssize_t(stored.size()) || fdatasync(file) != 0) { perror("bare: the file"); exit(1); }
        stored.clear();
    }
    for (auto* c : touched) {
        deliver(c, c->answers);
        c->answers.clear();
        c->touched = false;
    }
    touched.clear();
    for (auto* room : changed) {
        for (auto* member : room->members) deliver(member, room->told);
        room->told.clear();
    }
    changed.clear();
}

static void acceptAll(int listening) {
    const int on = 1;
    for (int fd; (fd = accept4(listening, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        auto* c = new Client;
        c->fd = fd;
        epoll_event e{};
        e.events = EPOLLIN;
        e.data.ptr = c;
        epoll_ctl(poller, EPOLL_CTL_ADD, fd, &e);
    }
}

int main(int argc, char** argv) {
    if (argc < 2) { fprintf(stderr, "usage: bare PORT [FILE]\n"); return 2; }
    if (argc > 2 && (file = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC, 0600)) < 0) { perror(argv[2]); return 1; }
    const int listening = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(uint16_t(atoi(argv[1])));
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listening, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0 || listen(listening, 4096) != 0) { perror("bare: listen"); return 1; }
    poller = epoll_create1(0);
    epoll_event e{};
    e.events = EPOLLIN;
    epoll_ctl(poller, EPOLL_CTL_ADD, listening, &e);
    std::vector<epoll_event> happened(1024);
    while (true) {
        const int n = epoll_wait(poller, happened.data(), int(happened.size()), -1);
        for (int i = 0; i < n; i++) {
            auto* c = static_cast<Client*>(happened[i].data.ptr);
            if (c == nullptr) acceptAll(listening);
            else if (c->fd < 0) continue;
            else if ((happened[i].events & EPOLLIN) && !read(c)) forget(c);
            else if (happened[i].events & EPOLLOUT) goOn(c);
        }
        endTurn();
    }
}
