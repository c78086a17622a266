import { signal } from '@preact/signals';
import type { ChatRoom, User } from 'chatprotocol';

/** The people in a room now. */
export class People {
  /** By name; empty until they were asked for. */
  readonly all = signal<readonly User[]>([]);
  readonly count = signal(0);
  #known = false;

  /** Asks who is there, unless that is known; presence keeps it up to date from then on. */
  async load(room: ChatRoom | undefined, again = false): Promise<void> {
    if (this.#known && !again) {
      return;
    }
    try {
      const members = await room?.members();
      if (members !== undefined) {
        this.#known = true;
        this.all.value = sorted(members);
        this.count.value = members.length;
      }
    } catch {
      // The list stays as it was: a room that is over, or a connection that will ask again when it is back.
    }
  }

  /** Takes who came and went; where there are too many to tell, only how many there are. */
  changed(count: number, arrived: readonly User[], left: readonly User[]): void {
    this.count.value = count;
    if (arrived.length === 0 && left.length === 0) {
      this.#known = false;
      return;
    }
    const people = new Map(this.all.value.map((person) => [person.principal, person]));
    left.forEach((person) => people.delete(person.principal));
    arrived.forEach((person) => people.set(person.principal, person));
    this.all.value = sorted([...people.values()]);
  }
}

function sorted(people: readonly User[]): User[] {
  return [...people].sort((a, b) => a.name.localeCompare(b.name));
}
