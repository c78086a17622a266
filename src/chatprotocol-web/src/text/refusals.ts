import type { ChatError } from 'chatprotocol';
import { isKey, momentOf, t } from './i18n.ts';
import { visibleText } from './visible.ts';

/** A failure in a sentence that says what was wrong and what to do. */
export function sentenceOf(error: unknown): string {
  const failure = error as Partial<ChatError> | undefined;
  if (failure?.bye !== undefined && isKey(`bye.${failure.bye}`)) {
    return withReason(t(`bye.${failure.bye}` as 'bye.kicked'), failure);
  }
  const code = failure?.code ?? failure?.failure ?? 'unknown';
  const words = wordsOf(failure);
  return isKey(`error.${code}`) ? t(`error.${code}` as 'error.unknown', words) : withReason(t('error.unknown', words), failure);
}

/** The sentence of a refusal that is known by its name alone. */
export function sentenceOfCode(code: string): string {
  return sentenceOf({ code: code as 'denied' });
}

function wordsOf(failure: Partial<ChatError> | undefined): Record<string, string | number> {
  const wait = failure?.retryAfter;
  return {
    n: Math.ceil((wait ?? 0) / 1000),
    value: failure?.value ?? 0,
    until: wait === undefined ? t('forever') : momentOf(Date.now() + wait),
  };
}

function withReason(sentence: string, failure: Partial<ChatError> | undefined): string {
  const reason = visibleText(failure?.message ?? '').trim();
  return reason === '' ? sentence : `${sentence} (${reason})`;
}
