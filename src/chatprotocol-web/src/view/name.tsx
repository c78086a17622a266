import { visibleName } from '../text/visible.ts';

/** Somebody's name, kept apart from the direction of the text around it. */
export function Name({ name }: { readonly name: string }) {
  return <bdi class="name">{visibleName(name)}</bdi>;
}

/** One of the colours that tell people apart, always the same for a principal. */
export function hueOf(principal: number): string {
  return `hue-${principal % 8}`;
}
