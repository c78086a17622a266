// What the load generator has to know of a protocol: how to log in, how to join, how to post. Entries it counts by a mark
// in their text, which every server hands on as it is, so each server is counted alike.
#pragma once
#include <cstdint>
#include <cstdio>
#include <algorithm>
#include <string>
#include <string_view>

struct Conn {
    int fd = -1;
    uint32_t id = 0;         // of each another
    uint32_t room = 0;       // the one room that it joins or posts to
    bool joins = false;      // is a member of the room
    bool publishes = false;  // posts
    int64_t own = 0;         // posts that it has made

    // For the adapter: its place in the handshake, and what it keeps between two pieces of input.
    int step = 0;
    uint64_t left = 0;
    std::string hdr;

    // For the generator.
    bool ready = false, gone = false, waits = false;
    size_t marked = 0;
    int64_t acked = 0;
    std::string in, out;
    size_t sent = 0;
};

struct Adapter {
    // The byte of which an acknowledgement has one, and nothing else that a publisher is sent; 0 if posts are not acknowledged.
    char ackMarker = 0;

    virtual ~Adapter() = default;

    // The connection is there: what to send first.
    virtual void hello(Conn& c, std::string& out) = 0;

    // What has come so far is in `in`; what is read of it is taken away. True once posts may follow.
    virtual bool input(Conn& c, std::string& in, std::string& out) = 0;

    // One post, of this text, to the connection's room.
    virtual void publish(Conn& c, std::string_view text, std::string& out) = 0;

    // How many posts a piece of input acknowledges.
    virtual int64_t countAcks(Conn&, const char* p, size_t n) { return std::count(p, p + n, ackMarker); }
};
