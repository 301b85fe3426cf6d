import { Button } from "@chakra-ui/react";

type Props = {
  readonly danger?: boolean;
  readonly deed: string;
  readonly disabled?: boolean;
  readonly form?: string;
  readonly onClose: () => void;
  readonly onDo?: () => void;
  readonly pending: boolean;
};

/** What stands below a dialog: the way out of it, and what it is there for, which sends the `form` where it has one. */
export function DialogButtons({ danger = false, deed, disabled = false, form, onClose, onDo, pending }: Props) {
  return (
    <>
      <Button onClick={onClose} variant="outline">
        Cancel
      </Button>
      <Button
        {...(danger ? { colorPalette: "danger" } : {})}
        disabled={disabled}
        form={form}
        loading={pending}
        onClick={onDo}
        type={form === undefined ? "button" : "submit"}
      >
        {deed}
      </Button>
    </>
  );
}
