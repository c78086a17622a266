import { signal } from '@preact/signals';
import { routeOf } from '../text/route.ts';

/** Where the page is, by its address. */
export const route = signal(routeOf(location.hash));

addEventListener('hashchange', () => {
  route.value = routeOf(location.hash);
});
