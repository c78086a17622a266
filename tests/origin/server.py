"""A server of the kind that this project began with: it floods what it reads to the other clients.

python3 server.py PORT

`target%%%text` goes to one client alone, whose target is its port. The console's lines go to all; `list` shows the
clients, `exit` shuts everything down. It prints its port when it listens.
"""
import socket
import sys
import threading


class Server:
    def __init__(self, port):
        self.clients = {}
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(('127.0.0.1', port))
        self.socket.listen(5)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, address = self.socket.accept()
            self.clients[address] = client
            self.flood('a new client connected!', address)
            threading.Thread(target=self.receive, args=(client, address), daemon=True).start()

    def receive(self, client, address):
        while True:
            data = client.recv(1024)
            if not data:
                break
            self.handle(data.decode('gbk'), address)
        del self.clients[address]
        self.flood('a client left!', address)

    def handle(self, text, address):
        print('%s said %s' % (address[1], text), flush=True)
        parts = text.split('%%%')
        if len(parts) > 1:
            self.forward(parts[0], parts[1])
        else:
            self.flood(text, address)

    def forward(self, target, text):
        for address, client in list(self.clients.items()):
            if str(address[1]) == target:
                client.send(text.encode('gbk'))

    def flood(self, text, but=None):
        for address, client in list(self.clients.items()):
            if address != but:
                client.send(text.encode('gbk'))


if __name__ == '__main__':
    sys.stdin.reconfigure(encoding='utf-8')
    sys.stdout.reconfigure(encoding='utf-8', newline='\n')
    server = Server(int(sys.argv[1]))
    print(server.socket.getsockname()[1], flush=True)
    for line in sys.stdin:
        if line == 'exit\n':
            break
        if line == 'list\n':
            print(sorted(port for _, port in server.clients), flush=True)
        else:
            server.flood(line.rstrip('\n'))
