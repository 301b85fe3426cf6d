import { Field, Input } from "@chakra-ui/react";

type Props = {
  readonly accept: string;
  readonly disabled?: boolean;
  readonly help: string;
  readonly label: string;
  readonly onFile: (file: File | undefined) => void;
};

/** The browser's own field for a file, which takes one that is dropped on it too. */
export function FileField({ accept, disabled = false, help, label, onFile }: Props) {
  return (
    <Field.Root disabled={disabled}>
      <Field.Label>{label}</Field.Label>
      <Input
        accept={accept}
        css={{ "&::file-selector-button": { cursor: "pointer", fontWeight: "medium", marginInlineEnd: "12px" } }}
        height="auto"
        onChange={({ target }) => onFile(target.files?.[0])}
        onClick={({ currentTarget }) => {
          // A file that was mended since has the same name, which alone is no change to a browser.
          currentTarget.value = "";
          onFile(undefined);
        }}
        py={1.5}
        size="sm"
        type="file"
      />
      <Field.HelperText>{help}</Field.HelperText>
    </Field.Root>
  );
}
