"""A client of the kind that this project began with: GBK over TCP, no framing, one read taken for one message.

python3 client.py HOST PORT

What is typed is sent as it is, without an end mark; `exit` leaves. What comes is shown as it comes. A byte that is no
GBK, or half a character at the end of a read, raises: the clients that are out there know no better.
"""
import socket
import sys
import threading


class Client:
    def __init__(self, host, port):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.connect((host, port))
        self.receiver = threading.Thread(target=self.receive, daemon=True)
        self.receiver.start()

    def receive(self):
        while True:
            data = self.socket.recv(1024)
            if not data:
                return
            sys.stdout.write(data.decode('gbk'))
            sys.stdout.flush()

    def send(self, text):
        self.socket.send(text.encode('gbk'))

    def leave(self):
        self.socket.shutdown(socket.SHUT_WR)
        self.receiver.join()
        self.socket.close()


if __name__ == '__main__':
    sys.stdin.reconfigure(encoding='utf-8')
    sys.stdout.reconfigure(encoding='utf-8', newline='\n')
    client = Client(sys.argv[1], int(sys.argv[2]))
    for line in sys.stdin:
        if line == 'exit\n':
            break
        client.send(line.rstrip('\n'))
    client.leave()
