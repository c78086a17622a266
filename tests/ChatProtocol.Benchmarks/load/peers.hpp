// The servers beside chatd: a bare C++ program (bare.cpp), NATS with and without JetStream, Redis with and without a stream.
#pragma once
#include "adapter.hpp"
#include "chat_adapter.hpp"
#include <initializer_list>
#include <memory>

// [u32 length, big-endian] [type] [u32 room] [text]: J joins, P posts, K is ready, M an entry, A an acknowledgement.
struct BareAdapter : Adapter {
    BareAdapter() { ackMarker = 'A'; }

    static void number(std::string& o, uint32_t v) {
        for (int shift = 24; shift >= 0; shift -= 8) o += char(v >> shift);
    }
    static void frame(std::string& o, char type, uint32_t room, std::string_view text = {}) {
        number(o, uint32_t(5 + text.size()));
        o += type;
        number(o, room);
        o += text;
    }
    void hello(Conn& c, std::string& o) override { frame(o, c.joins ? 'J' : 'H', c.room); }
    bool input(Conn&, std::string& in, std::string&) override { return in.size() >= 9; }
    void publish(Conn& c, std::string_view text, std::string& o) override { frame(o, 'P', c.room, text); }
};

struct NatsAdapter : Adapter {
    explicit NatsAdapter(bool durable) : durable(durable) {
        ackMarker = '{';
        greetsInTheClear = true;
    }

    // JetStream acknowledges to an inbox of the publisher's, with one JSON object.
    void hello(Conn& c, std::string& o) override {
        const std::string inbox = "inbox." + std::to_string(c.id);
        o += "CONNECT {\"verbose\":false,\"pedantic\":false}\r\n";
        if (c.joins) o += "SUB room." + std::to_string(c.room) + " 1\r\n";
        if (durable && c.publishes) {
            const std::string stream = R"({"name":"rooms","subjects":["room.*"],"storage":"file","num_replicas":1})";
            o += "SUB " + inbox + " 2\r\nPUB $JS.API.STREAM.CREATE.rooms " + inbox + ' ' + std::to_string(stream.size()) + "\r\n" + stream + "\r\n";
        } else {
            o += "PING\r\n";
        }
    }
    bool input(Conn& c, std::string& in, std::string&) override {
        if (in.find("-ERR") != in.npos || in.find("\"error\"") != in.npos) fprintf(stderr, "nats: %s\n", in.c_str());
        return durable && c.publishes ? in.find("\"created\"") != in.npos : in.find("PONG\r\n") != in.npos;
    }
    void publish(Conn& c, std::string_view text, std::string& o) override {
        o += "PUB room." + std::to_string(c.room) + ' ';
        if (durable) o += "inbox." + std::to_string(c.id) + ' ';
        o += std::to_string(text.size()) + "\r\n";
        o += text;
        o += "\r\n";
    }

private:
    bool durable;
};

struct RedisAdapter : Adapter {
    explicit RedisAdapter(bool durable) : durable(durable) { ackMarker = ':'; }

    // With RESP3 a subscriber may post, too.
    void hello(Conn& c, std::string& o) override {
        command(o, {"HELLO", "3"});
        if (c.joins) command(o, {"SUBSCRIBE", "room." + std::to_string(c.room)});
        command(o, {"ECHO", "that is all"});
    }
    bool input(Conn&, std::string& in, std::string&) override { return in.find("that is all\r\n") != in.npos; }
    // PUBLISH answers with a number, XADD with text.
    void publish(Conn& c, std::string_view text, std::string& o) override {
        const std::string room = std::to_string(c.room);
        if (durable) command(o, {"XADD", "log." + room, "*", "text", text});
        command(o, {"PUBLISH", "room." + room, text});
    }

private:
    bool durable;

    static void command(std::string& o, std::initializer_list<std::string_view> words) {
        o += '*' + std::to_string(words.size()) + "\r\n";
        for (auto word : words) {
            o += '$' + std::to_string(word.size()) + "\r\n";
            o += word;
            o += "\r\n";
        }
    }
};

// Null if there is none of the name.
inline std::unique_ptr<Adapter> adapterOf(const std::string& name, bool durable) {
    if (name == "chat") return std::make_unique<ChatAdapter>();
    if (name == "bare") return std::make_unique<BareAdapter>();
    if (name == "nats") return std::make_unique<NatsAdapter>(durable);
    if (name == "redis") return std::make_unique<RedisAdapter>(durable);
    return nullptr;
}
