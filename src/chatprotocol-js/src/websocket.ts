import { brokenProtocol, ChatError } from './errors.ts';
import type { Dial } from './transport.ts';

const subprotocol = 'chat.v1';
const MostInMessage = 65_536;

/** Whether a host is this machine, so that nobody else reads what passes. */
export const isLoopback = (host: string) => /^(localhost|.*\.localhost|127(\.\d+){3}|\[?::1\]?)$/.test(host);

/**
 * Makes a WebSocket to `ws://` and `wss://` addresses, with the path `/ws` if none is named. A browser tells no reason why one cannot be
 * made, and one that is open cannot be slowed down.
 */
export const dialWebSocket: Dial = (address, handlers, pin) => {
  const url = new URL(address);
  if (!/^wss?:$/.test(url.protocol))
    throw new TypeError(`${address} is no address of a WebSocket; chatprotocol/node knows others`);
  if (pin !== undefined)
    throw new TypeError('a WebSocket cannot have its key pinned');
  if (url.pathname === '/')
    url.pathname = '/ws';
  if (typeof WebSocket === 'undefined')
    throw new TypeError('this program has no WebSocket; Node has one from version 22 on');
  const socket = new WebSocket(url, subprotocol);
  socket.binaryType = 'arraybuffer';
  let isOpen = false;
  const detach = () => {
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
  };
  const end = (error: ChatError) => {
    detach();
    socket.close();
    handlers.close(error);
  };
  socket.onopen = () => {
    isOpen = true;
    if (socket.protocol === subprotocol)
      handlers.open();
    else
      end(new ChatError('not-a-chat-server', `${address} does not speak ${subprotocol}`));
  };
  socket.onmessage = ({ data }) => {
    if (typeof data === 'string')
      end(brokenProtocol('a message of text came'));
    else
      handlers.data(new Uint8Array(data as ArrayBuffer));
  };
  // An error is always followed by a close; a socket that waits for close has to have a listener for it in Node.
  socket.onerror = () => undefined;
  socket.onclose = ({ code, reason }) => end(isOpen
    ? new ChatError('disconnected', `the connection was lost (${code}${reason && `: ${reason}`})`)
    : new ChatError('unreachable', `no WebSocket to ${address} could be made`));
  return {
    confidential: url.protocol === 'wss:' || isLoopback(url.hostname),
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    send(bytes) {
      for (let at = 0; at < bytes.length; at += MostInMessage)
        socket.send(bytes.subarray(at, at + MostInMessage) as Uint8Array<ArrayBuffer>);
    },
    close() {
      detach();
      // A socket that is not open yet reports an error when it is closed.
      socket.onerror = () => undefined;
      socket.close();
    },
  };
};
