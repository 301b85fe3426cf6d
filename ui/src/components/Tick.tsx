import { Checkbox } from "@chakra-ui/react";

type Props = {
  readonly checked: boolean | "indeterminate";
  readonly disabled?: boolean;
  readonly label: string;
  readonly onToggle: () => void;
};

/** A check box that is named for those who cannot see what it stands beside. */
export function Tick({ checked, disabled = false, label, onToggle }: Props) {
  return (
    <Checkbox.Root checked={checked} disabled={disabled} display="flex" onCheckedChange={onToggle} size="sm" variant="outline">
      <Checkbox.HiddenInput aria-label={label} />
      <Checkbox.Control bg={checked === false ? "bg" : undefined} borderColor="border.emphasized" />
    </Checkbox.Root>
  );
}
