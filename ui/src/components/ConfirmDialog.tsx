import { Stack, Text } from "@chakra-ui/react";
import type { ReactNode } from "react";

import { DialogButtons } from "@/components/DialogButtons";
import { ErrorNote } from "@/components/ErrorNote";
import { ModalDialog } from "@/components/ModalDialog";

type Props = {
  readonly children: ReactNode;
  readonly deed: string;
  readonly error: unknown;
  readonly onClose: () => void;
  readonly onDo: () => void;
  readonly pending: boolean;
  readonly title: string;
};

/** Asks before something is done that cannot be taken back, and says what it means. */
export function ConfirmDialog({ children, deed, error, onClose, onDo, pending, title }: Props) {
  return (
    <ModalDialog
      footer={<DialogButtons danger deed={deed} onClose={onClose} onDo={onDo} pending={pending} />}
      onClose={onClose}
      size="sm"
      title={title}
    >
      <Stack gap={3}>
        <Text>{children}</Text>
        <ErrorNote error={error} />
      </Stack>
    </ModalDialog>
  );
}
