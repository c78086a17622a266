/** A labelled field of a form. */
export function Field({ name, label, type = 'text', value = '', complete, least = 1, optional = false, focus = false }: {
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'password';
  readonly value?: string;
  readonly complete?: string;
  readonly least?: number;
  readonly optional?: boolean;
  readonly focus?: boolean;
}) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        name={name} type={type as 'text'} defaultValue={value} autocomplete={complete ?? 'off'} required={!optional} minLength={least}
        dir="auto" spellcheck={false} autocapitalize="off" autofocus={focus}
      />
    </label>
  );
}
