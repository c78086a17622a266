import type { Layer } from '../state/layers.ts';
import { AccountView } from './account.tsx';
import { ConfirmView, DateView, KeysView, ReportView, RoomSettings } from './dialogs.tsx';
import { SettingsView } from './settings.tsx';
import { Switcher } from './switcher.tsx';

/** A window over the page. */
export function Window({ open }: { readonly open: Layer }) {
  switch (open.show) {
    case 'keys': return <KeysView />;
    case 'settings': return <SettingsView />;
    case 'account': return <AccountView />;
    case 'rooms': return <Switcher />;
    case 'date': return <DateView />;
    case 'room': return <RoomSettings />;
    case 'report': return <ReportView row={open.row} />;
    case 'confirm': return <ConfirmView ask={open} />;
  }
}
