// chatd for the neutral load generator: real sessions, real posts with publisher id and counters, nothing left out.
#pragma once
#include "adapter.hpp"

struct ChatAdapter : Adapter {
    ChatAdapter() { ackMarker = 1; }                    // acknowledgements are counted by countAcks

    void hello(Conn& c, std::string& o) override {
        const std::string name = "u" + std::to_string(c.id), room = "r" + std::to_string(c.room);
        std::string hello = "\x96\x02\x01\x01", login = "\x97\x04\x02", enter;
        integer(hello, 1); hello += char(0x90); text(hello, "loadgen/1");
        text(login, name); integer(login, 0); bytes(login, std::string(32, char('a' + c.id % 26)));
        std::string publisher = name; publisher.resize(16, '.');
        bytes(login, publisher); login += char(0xc2);
        if (c.joins) { enter = "\x96\x06\x03"; text(enter, room); integer(enter, 0); enter += "\xc0\xc0"; }
        else { enter = "\x94\x0c\x03"; text(enter, room); enter += char(0xc3); }
        frame(o, hello); frame(o, login); frame(o, enter);
    }

    // Ready once room-info has arrived; posts name its room id.
    bool input(Conn& c, std::string& in, std::string&) override {
        while (in.size() >= 4) {
            const size_t length = be32(in.data());
            if (in.size() < 4 + length) return false;
            const unsigned char* p = reinterpret_cast<const unsigned char*>(in.data()) + 4;
            const unsigned char* code = p + (p[0] == 0xdc ? 3 : 1);   // behind an array of up to 15 items, or of more
            if (*code == 0x44) fprintf(stderr, "chat: refused: %s\n", printable(in.substr(4, length)).c_str());
            if (*code == 0x48) { c.step = number(code + 2); return true; }
            in.erase(0, 4 + length);
        }
        return false;
    }

    void publish(Conn& c, std::string_view t, std::string& o) override {
        const uint64_t counter = uint64_t(c.own) + 1;
        std::string post = "\x95\x0a";
        integer(post, counter); integer(post, c.step); text(post, t); integer(post, counter);
        frame(o, post);
    }

    // Counts the posted frames; a chunk of input may end anywhere in a frame.
    int64_t countAcks(Conn& c, const char* p, size_t n) override {
        int64_t acks = 0;
        while (n > 0) {
            if (c.left == 0) {
                const size_t k = std::min(n, 6 - c.hdr.size());
                c.hdr.append(p, k); p += k; n -= k;
                if (c.hdr.size() < 6) break;
                acks += (unsigned char)c.hdr[5] == 0x4a;
                c.left = be32(c.hdr.data()) - 2;
                c.hdr.clear();
            }
            const size_t k = std::min<uint64_t>(n, c.left);
            p += k; n -= k; c.left -= k;
        }
        return acks;
    }

private:
    static std::string printable(std::string s) {
        for (char& c : s) if (c < ' ' || c > '~') c = '.';
        return s;
    }

    static uint32_t be32(const char* s) {
        const auto* p = reinterpret_cast<const unsigned char*>(s);
        return uint32_t(p[0]) << 24 | p[1] << 16 | p[2] << 8 | p[3];
    }
    static void frame(std::string& o, const std::string& payload) {
        for (int shift = 24; shift >= 0; shift -= 8) o += char(payload.size() >> shift);
        o += payload;
    }
    static void integer(std::string& o, uint64_t v) {
        if (v < 0x80) { o += char(v); return; }
        const int size = v < 0x100 ? 1 : v < 0x10000 ? 2 : v < 0x100000000 ? 4 : 8;
        o += char(size == 1 ? 0xcc : size == 2 ? 0xcd : size == 4 ? 0xce : 0xcf);
        for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) o += char(v >> shift);
    }
    static int number(const unsigned char* p) {
        if (p[0] < 0x80) return p[0];
        if (p[0] == 0xcc) return p[1];
        return p[1] << 8 | p[2];
    }
    static void text(std::string& o, std::string_view t) {
        if (t.size() < 32) o += char(0xa0 | t.size());
        else if (t.size() < 0x100) { o += char(0xd9); o += char(t.size()); }
        else { o += char(0xda); o += char(t.size() >> 8); o += char(t.size()); }
        o += t;
    }
    static void bytes(std::string& o, std::string_view b) { o += char(0xc4); o += char(b.size()); o += b; }
};
