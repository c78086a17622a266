// The load generator's view of a protocol: how to log in, how to join, how to post. The generator counts entries by a mark
// in their text, which every server passes on unchanged, so all servers are counted alike.
#pragma once
#include "channel.hpp"
#include <cstdint>
#include <cstdio>
#include <algorithm>
#include <string>
#include <string_view>

struct Conn {
    Channel channel;
    uint32_t id = 0;         // unique
    uint32_t room = 0;       // the one room that it joins or posts to
    bool joins = false;      // is a member of the room
    bool publishes = false;  // posts
    int64_t own = 0;         // number of posts made

    // For the adapter: its place in the handshake, and the input kept between two pieces.
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
    // A byte that occurs once in an acknowledgement and in nothing else sent to a publisher; 0 if posts are not acknowledged.
    char ackMarker = 0;

    // Whether with TLS the server says a line in the clear before the handshake.
    bool greetsInTheClear = false;

    virtual ~Adapter() = default;

    // The bytes to send first on a new connection.
    virtual void hello(Conn& c, std::string& out) = 0;

    // Handles the input so far in `in`, and removes the part that was read. True once posts may follow.
    virtual bool input(Conn& c, std::string& in, std::string& out) = 0;

    // One post, of this text, to the connection's room.
    virtual void publish(Conn& c, std::string_view text, std::string& out) = 0;

    // How many posts a piece of input acknowledges.
    virtual int64_t countAcks(Conn&, const char* p, size_t n) { return std::count(p, p + n, ackMarker); }
};
