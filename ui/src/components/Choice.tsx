import { NativeSelect } from "@chakra-ui/react";

type Props = {
  readonly any?: string;
  readonly label: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly value: string;
  readonly width?: string;
};

/** A native select with a name; `any` is the text of the empty choice. */
export function Choice({ any, label, onChange, options, value, width = "auto" }: Props) {
  return (
    <NativeSelect.Root size="sm" width={width}>
      <NativeSelect.Field aria-label={label} onChange={(event) => onChange(event.target.value)} value={value}>
        {any === undefined ? null : <option value="">{any}</option>}
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </NativeSelect.Field>
      <NativeSelect.Indicator />
    </NativeSelect.Root>
  );
}
