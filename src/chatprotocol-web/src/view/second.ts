// Everything that the page needs a moment after it is on the screen, in a file of its own.
import { watchAccount } from '../state/account.ts';
import { watchForMentions } from '../state/notify.ts';
import { watchForUpdate } from '../state/update.ts';
import { watchKeys } from './shortcuts.ts';

export { outdated } from '../state/update.ts';
export { runCommand } from '../state/actions.ts';
export { lineOf } from '../text/commands.ts';
export { complete, openWordAt } from '../text/completion.ts';
export { AboutView, aboutKey, replyOf, sendEdit } from './about.tsx';
export { react } from './reactions.ts';
export { Announcer } from './announcer.tsx';
export { Completion, emojiBefore, proposalsFor } from './completion.tsx';
export { Menu } from './menu.tsx';
export { openMessageMenu, openPersonMenu, openRoomMenu, openSelfMenu } from './menus.ts';
export { People } from './people.tsx';
export { Window } from './windows.tsx';

watchAccount();
watchForMentions();
watchForUpdate();
watchKeys();
