/** What the page sends to kernels. Must not know of notebooks. */

import type { WebSocket } from '@playwright/test';

/** Counts the messages of ours that go to a kernel from now on. */
export function countOurs(page: {
  on: (event: 'websocket', listener: (socket: WebSocket) => void) => unknown;
}): { all: number; ours: number } {
  const count = { all: 0, ours: 0 };
  page.on('websocket', socket => {
    if (!socket.url().includes('/channels')) {
      return;
    }
    socket.on('framesent', ({ payload }) => {
      const text = payload.toString();
      count.all += text.includes('execute_request') ? 1 : 0;
      count.ours += text.includes('s3enc') ? 1 : 0;
    });
  });
  return count;
}
