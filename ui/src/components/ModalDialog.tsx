import { CloseButton, Dialog, Portal } from "@chakra-ui/react";
import type { ReactNode } from "react";

type Props = {
  readonly children: ReactNode;
  readonly footer?: ReactNode;
  readonly onClose: () => void;
  readonly size?: "lg" | "md" | "sm";
  readonly title: string;
};

/** A dialog that is open as long as it is rendered. */
export function ModalDialog({ children, footer, onClose, size = "lg", title }: Props) {
  return (
    <Dialog.Root
      lazyMount
      onOpenChange={({ open }) => (open ? undefined : onClose())}
      open
      placement="top"
      scrollBehavior="inside"
      size={{ base: "full", sm: size }}
      unmountOnExit
    >
      <Portal>
        <Dialog.Backdrop />
        <Dialog.Positioner>
          <Dialog.Content>
            <Dialog.Header>
              <Dialog.Title>{title}</Dialog.Title>
            </Dialog.Header>
            <Dialog.CloseTrigger asChild>
              <CloseButton size="sm" />
            </Dialog.CloseTrigger>
            <Dialog.Body>{children}</Dialog.Body>
            {footer === undefined ? null : <Dialog.Footer>{footer}</Dialog.Footer>}
          </Dialog.Content>
        </Dialog.Positioner>
      </Portal>
    </Dialog.Root>
  );
}
