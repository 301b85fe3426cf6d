import { Field, Input, type InputProps } from "@chakra-ui/react";

type Props = {
  readonly error?: string | undefined;
  readonly help?: string;
  readonly label: string;
  readonly onText: (text: string) => void;
} & Omit<InputProps, "onChange">;

/** A labelled text field with its help and its error. */
export function TextField({ error, help, label, onText, required = false, ...input }: Props) {
  return (
    <Field.Root invalid={error !== undefined} required={required}>
      <Field.Label>
        {label}
        <Field.RequiredIndicator />
      </Field.Label>
      <Input onChange={(event) => onText(event.target.value)} size="sm" {...input} />
      {error === undefined ? null : <Field.ErrorText>{error}</Field.ErrorText>}
      {help === undefined || error !== undefined ? null : <Field.HelperText>{help}</Field.HelperText>}
    </Field.Root>
  );
}
