import { toast } from '../state/layers.ts';

/** The last thing that was done or refused. */
export function Toast() {
  const said = toast.value;
  return (
    <div class="toasts" role="status">
      {said !== undefined && <div class={said.bad ? 'toast bad' : 'toast'}>{said.text}</div>}
    </div>
  );
}
