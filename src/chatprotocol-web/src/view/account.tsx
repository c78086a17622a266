import { frames } from 'chatprotocol';
import type { ChatClient } from 'chatprotocol';
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { attempt } from '../state/actions.ts';
import { becomeAccount, confidential, logOut, secretOf, withPassword } from '../state/entering.ts';
import { account, me, theClient } from '../state/session.ts';
import { momentOf, t } from '../text/i18n.ts';
import { visibleName } from '../text/visible.ts';
import { copy } from './copy.ts';
import { Dialog } from './dialog.tsx';
import { Field } from './field.tsx';

type Session = Awaited<ReturnType<typeof sessionsOf>>[number];
type Token = Awaited<ReturnType<typeof tokensOf>>[number];

/** One's own name, password, sessions, tokens and invitations. */
export function AccountView() {
  return (
    <Dialog title={t('account')} wide>
      <NameForm />
      {account.value === undefined ? <BecomeAccount /> : <><Invite /><Password /><Tokens /></>}
      <Sessions />
      <p class="ways">
        <button type="button" class="button quiet" onClick={() => void logOut(true)}>{t('log-out.forget')}</button>
      </p>
    </Dialog>
  );
}

function NameForm() {
  return (
    <Section title={t('login.name')}>
      <Form
        action={t('save')}
        act={(value) => attempt(() => theClient().nick(value('name').trim()), t('done.nick', { name: value('name').trim() }))}
      >
        <Field name="name" label={t('login.name')} value={me.value?.name ?? ''} />
      </Form>
    </Section>
  );
}

function BecomeAccount() {
  if (!confidential) {
    return <p class="hint">{t('login.insecure')}</p>;
  }
  return (
    <Section title={t('account.become')}>
      <p class="hint">{t('account.guest')}</p>
      <Form action={t('login.register')} act={(value) => attempt(() => becomeAccount(value('password'), value('invitation').trim()))}>
        <Whose />
        <Field name="password" label={t('login.password')} type="password" least={8} complete="new-password" />
        <Field name="invitation" label={t('login.invitation')} optional />
      </Form>
    </Section>
  );
}

function Invite() {
  const [link, setLink] = useState('');
  return (
    <Section title={t('account.invite')}>
      <p class="hint">{t('account.invite.hint')}</p>
      {link !== '' && <Secret text={link} hint="" />}
      <PasswordForm
        action={t('account.invite')}
        act={async (client) => {
          const made = await client.request(frames.invite, {});
          setLink(`${location.href.replace(/#.*$/u, '')}#/invitation/${new TextDecoder().decode(made.secret)}`);
        }}
      />
    </Section>
  );
}

function Password() {
  return (
    <Section title={t('account.password')}>
      <Form
        action={t('account.password')}
        act={(value) => attempt(() => withPassword(value('old'), (client) => client.request(frames.changePassword, {
          old: secretOf(value('old')), password: secretOf(value('password')),
        })), t('done.password'))}
      >
        <Whose />
        <Field name="old" label={t('account.old')} type="password" complete="current-password" />
        <Field name="password" label={t('account.new')} type="password" least={8} complete="new-password" />
      </Form>
    </Section>
  );
}

// Read and post: what a program of one's own needs. More takes the terminal client.
const programScopes = 1 | 2;

function Tokens() {
  const [known, setKnown] = useState<{ readonly password: string; readonly tokens: readonly Token[] }>();
  const [made, setMade] = useState('');
  if (known === undefined) {
    return (
      <Section title={t('account.tokens')}>
        <PasswordForm action={t('account.show')} act={async (client, password) => setKnown({ password, tokens: await tokensOf(client) })} />
      </Section>
    );
  }
  const revoke = (token: number): Promise<boolean> => attempt(() => withPassword(known.password, async (client) => {
    await client.request(frames.revokeToken, { token });
    setKnown({ ...known, tokens: await tokensOf(client) });
  }));
  const make = (label: string): Promise<boolean> => attempt(() => withPassword(known.password, async (client) => {
    const token = await client.request(frames.createToken, { label, scopes: programScopes, rooms: [] });
    setMade(new TextDecoder().decode(token.secret));
    setKnown({ ...known, tokens: await tokensOf(client) });
  }));
  return (
    <Section title={t('account.tokens')}>
      <ul class="things">
        {known.tokens.map((token) => (
          <li key={token.token}>
            <span><bdi>{visibleName(token.label)}</bdi> <span class="hint">{t('account.expires', { when: momentOf(token.expires) })}</span></span>
            <button type="button" class="link" onClick={() => void revoke(token.token)}>{t('account.revoke')}</button>
          </li>
        ))}
      </ul>
      {known.tokens.length === 0 && <p class="hint">{t('account.tokens.none')}</p>}
      {made !== '' && <Secret text={made} hint={t('account.token.once')} />}
      <Form action={t('account.token.make')} act={(value) => make(value('label').trim())}>
        <Field name="label" label={t('account.token.label')} />
      </Form>
    </Section>
  );
}

/** A secret that is shown once, to be copied. */
function Secret({ text, hint }: { readonly text: string; readonly hint: string }) {
  return (
    <p class="secret">
      <code>{text}</code> <button type="button" class="link" onClick={() => copy(text)}>{t('message.copy')}</button>{' '}
      <span class="hint">{hint}</span>
    </p>
  );
}

function Sessions() {
  const [sessions, setSessions] = useState<readonly Session[]>([]);
  useEffect(() => void attempt(async () => setSessions(await sessionsOf())), []);
  return (
    <Section title={t('account.sessions')}>
      <ul class="things">
        {sessions.map((session) => (
          <li key={session.session}>
            <span>{session.address} · {session.transport} · <span class="hint">{momentOf(session.since)}</span></span>
            {session.session === me.value?.session
              ? <span class="hint">{t('account.this')}</span>
              : (
                  <button
                    type="button" class="link"
                    onClick={() => void attempt(async () => {
                      await theClient().request(frames.endSession, { session: session.session });
                      setSessions(await sessionsOf());
                    })}
                  >
                    {t('account.end')}
                  </button>
                )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return <section class="part"><h3>{title}</h3>{children}</section>;
}

function Form({ action, act, children }: {
  readonly action: string;
  readonly act: (value: (name: string) => string) => Promise<boolean>;
  readonly children: ComponentChildren;
}) {
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    if (await act((name) => String(data.get(name) ?? ''))) {
      form.reset();
    }
  };
  return (
    <form class="form line" onSubmit={(event) => void submit(event)}>
      {children}
      <button type="submit" class="button quiet">{action}</button>
    </form>
  );
}

/** Tells a password manager whose password it is. */
function Whose() {
  return <input type="text" autocomplete="username" value={me.value?.name ?? ''} readOnly hidden />;
}

/** Asks for the password, which is not kept, for what only it allows. */
function PasswordForm({ action, act }: {
  readonly action: string;
  readonly act: (client: ChatClient, password: string) => Promise<void>;
}) {
  return (
    <Form action={action} act={(value) => attempt(() => withPassword(value('password'), (client) => act(client, value('password'))))}>
      <Whose />
      <Field name="password" label={t('login.password')} type="password" complete="current-password" />
    </Form>
  );
}

async function sessionsOf() {
  return (await theClient().request(frames.ownSessions, {})).sessions;
}

async function tokensOf(client: ChatClient) {
  return (await client.request(frames.tokens, {})).tokens;
}
