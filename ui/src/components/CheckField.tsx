import { Checkbox, Text } from "@chakra-ui/react";

type Props = {
  readonly checked: boolean;
  readonly help: string;
  readonly label: string;
  readonly onCheck: (checked: boolean) => void;
};

/** A choice of yes or no, with what it does below it. */
export function CheckField({ checked, help, label, onCheck }: Props) {
  return (
    <Checkbox.Root alignItems="flex-start" checked={checked} onCheckedChange={(now) => onCheck(now.checked === true)} size="sm">
      <Checkbox.HiddenInput />
      <Checkbox.Control mt={0.5} />
      <Checkbox.Label fontWeight="medium">
        {label}
        <Text color="fg.muted" fontSize="xs" fontWeight="normal">
          {help}
        </Text>
      </Checkbox.Label>
    </Checkbox.Root>
  );
}
