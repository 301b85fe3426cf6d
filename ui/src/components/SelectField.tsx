import { Field, NativeSelect } from "@chakra-ui/react";

type Props = {
  readonly disabled?: boolean;
  readonly error?: string | undefined;
  readonly help?: string;
  readonly label: string;
  readonly name: string;
  readonly onText: (text: string) => void;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly value: string;
};

/** A labelled choice with its help and its error. */
export function SelectField({ disabled = false, error, help, label, name, onText, options, value }: Props) {
  return (
    <Field.Root disabled={disabled} invalid={error !== undefined}>
      <Field.Label>{label}</Field.Label>
      <NativeSelect.Root disabled={disabled} size="sm">
        <NativeSelect.Field name={name} onChange={(event) => onText(event.target.value)} value={value}>
          {options.map(([option, text]) => (
            <option key={option} value={option}>
              {text}
            </option>
          ))}
        </NativeSelect.Field>
        <NativeSelect.Indicator />
      </NativeSelect.Root>
      {error === undefined ? null : <Field.ErrorText>{error}</Field.ErrorText>}
      {help === undefined || error !== undefined ? null : <Field.HelperText>{help}</Field.HelperText>}
    </Field.Root>
  );
}
