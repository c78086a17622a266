import { createHash } from 'node:crypto';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { ChatError } from '../errors.ts';
import type { Dial, Transport, TransportHandlers } from '../transport.ts';
import { dialWebSocket, isLoopback } from '../websocket.ts';

const DefaultPort = 9999;

/**
 * Makes connections by TCP to `chat://HOST:PORT`, by TLS to `chats://HOST:PORT`, by a Unix socket to `unix:PATH`, and WebSockets. The port is
 * 9999 if none is named. Nothing is sent by TLS before the key has the pin or, where there is none, the certificate is trusted (CP-TLS-006).
 */
export const dialNode: Dial = (address, handlers, pin) => {
  const [, scheme, place = ''] = /^(\w+):(.*)$/s.exec(address) ?? [];
  if (pin !== undefined && scheme !== 'chats')
    throw new TypeError('only a chats:// server can have its key pinned');
  if (scheme === 'unix')
    return attach(connectTcp(place), 'connect', address, true, handlers);
  if (scheme !== 'chat' && scheme !== 'chats')
    return dialWebSocket(address, handlers, pin);
  const url = new URL(address.replace(/^chats?:/, 'http:'));
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // A URL of http leaves out the port 80.
  const port = Number(/:(\d+)$/.exec(place)?.[1] ?? DefaultPort);
  if (scheme === 'chat')
    return attach(connectTcp({ host, port, noDelay: true }), 'connect', address, isLoopback(host), handlers);
  const socket = connectTls({
    host, port, ALPNProtocols: ['chat/1'], minVersion: 'TLSv1.2', rejectUnauthorized: false, ...(/[a-z]/i.test(host) && !host.includes(':') && { servername: host }),
  });
  socket.setNoDelay();
  return attach(socket, 'secureConnect', address, true, handlers, () => untrusted(socket, address, pin));
};

function attach(socket: Socket, event: string, address: string, confidential: boolean, handlers: TransportHandlers, check?: () => ChatError | undefined): Transport {
  let isOpen = false;
  const detach = () => {
    socket.removeAllListeners();
    socket.on('error', () => undefined);
  };
  const end = (error: ChatError) => {
    detach();
    socket.destroy();
    handlers.close(error);
  };
  socket.once(event, () => {
    const fault = check?.();
    if (fault)
      return end(fault);
    isOpen = true;
    handlers.open();
  });
  socket.on('data', (bytes: Uint8Array) => handlers.data(bytes));
  socket.on('error', fault => end(isOpen
    ? new ChatError('disconnected', `the connection was lost: ${fault.message}`)
    : new ChatError('unreachable', `${address} cannot be reached: ${fault.message || (fault as NodeJS.ErrnoException).code}`)));
  socket.on('close', () => end(new ChatError(isOpen ? 'disconnected' : 'unreachable', isOpen ? 'the server closed the connection' : `${address} closed the connection`)));
  return {
    confidential,
    get bufferedAmount() {
      return socket.writableLength;
    },
    send: bytes => void socket.write(bytes),
    close() {
      detach();
      // What was sent leaves first; a peer that takes nothing is not waited for.
      socket.end();
      socket.setTimeout(1000, () => socket.destroy());
      socket.resume();
    },
  };
}

/** Where there is a pin it alone decides (CP-TLS-005). */
function untrusted(socket: TLSSocket, address: string, pin: string | undefined): ChatError | undefined {
  const key = socket.getPeerX509Certificate()!.publicKey.export({ type: 'spki', format: 'der' });
  const found = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
  const why = pin === undefined
    ? socket.authorizationError && `its certificate is not trusted: ${socket.authorizationError.message || String(socket.authorizationError)}`
    : found !== pin && `its key is ${found}, not the one that is pinned`;
  return why ? new ChatError('untrusted-server', `${address}: ${why}`, { pin: found }) : undefined;
}
