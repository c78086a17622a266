// A connection's bytes: those of its socket or, behind a TLS handshake, those inside. Built without -DWITH_TLS it needs no OpenSSL
// and knows the socket alone.
#pragma once
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>
#ifdef WITH_TLS
#include <openssl/ssl.h>
#endif

class Channel {
public:
    int fd = -1;

    Channel() = default;
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

#ifdef WITH_TLS
    static constexpr bool HasTls = true;

    ~Channel() { SSL_free(tls); }

    // From now on the bytes are those inside, whatever the server's certificate; sending and receiving do the handshake.
    void secure() {
        tls = SSL_new(context());
        SSL_set_fd(tls, fd);
        SSL_set_connect_state(tls);
    }
    bool isSecure() const { return tls != nullptr; }

    // As send() does. EAGAIN may also mean that the handshake waits for the server.
    ssize_t send(const char* p, size_t n) {
        if (tls == nullptr) return ::send(fd, p, n, MSG_NOSIGNAL);
        const int sent = SSL_write(tls, p, int(n));
        return sent > 0 ? sent : failed(sent);
    }
    bool waitsForServer() const { return tls != nullptr && SSL_want_read(tls); }

    // As recv() does, of as many records as there are and fit.
    ssize_t receive(char* p, size_t n) {
        if (tls == nullptr) return ::recv(fd, p, n, 0);
        size_t all = 0;
        while (all < n) {
            const int more = SSL_read(tls, p + all, int(n - all));
            if (more <= 0) return all > 0 ? ssize_t(all) : failed(more);
            all += size_t(more);
        }
        return ssize_t(all);
    }
    // Whether there are bytes that the socket does not tell of any more.
    bool hasMore() const { return tls != nullptr && SSL_has_pending(tls); }

private:
    SSL* tls = nullptr;

    static SSL_CTX* context() {
        static SSL_CTX* const shared = [] {
            auto* made = SSL_CTX_new(TLS_client_method());
            // The same work for every server, whatever it prefers.
            SSL_CTX_set_min_proto_version(made, TLS1_3_VERSION);
            SSL_CTX_set_ciphersuites(made, "TLS_AES_128_GCM_SHA256");
            SSL_CTX_set_mode(made, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
            // Many records in one recv.
            SSL_CTX_set_read_ahead(made, 1);
            SSL_CTX_set_default_read_buffer_len(made, 128 * 1024);
            return made;
        }();
        return shared;
    }
    ssize_t failed(int result) const {
        const int why = SSL_get_error(tls, result);
        if (why == SSL_ERROR_ZERO_RETURN) return 0;
        errno = why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? EAGAIN : EPROTO;
        return -1;
    }
#else
    static constexpr bool HasTls = false;

    void secure() {}
    bool isSecure() const { return false; }
    ssize_t send(const char* p, size_t n) { return ::send(fd, p, n, MSG_NOSIGNAL); }
    bool waitsForServer() const { return false; }
    ssize_t receive(char* p, size_t n) { return ::recv(fd, p, n, 0); }
    bool hasMore() const { return false; }
#endif
};
