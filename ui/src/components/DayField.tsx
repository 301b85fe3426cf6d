import { Input } from "@chakra-ui/react";

type Props = {
  readonly label: string;
  readonly max?: string;
  readonly min?: string;
  readonly onDay: (day: string) => void;
  readonly value: string;
};

/** A day among the filters of a list. */
export function DayField({ label, max, min, onDay, value }: Props) {
  return (
    <Input
      aria-label={label}
      max={max || undefined}
      min={min || undefined}
      onChange={(event) => onDay(event.target.value)}
      size="sm"
      title={label}
      type="date"
      value={value}
      width="auto"
    />
  );
}
