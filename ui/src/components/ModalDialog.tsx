import { CloseButton, Dialog, Portal } from "@chakra-ui/react";
import { useRef, useState, type ReactNode } from "react";

type Props = {
  readonly children: ReactNode;
  readonly footer?: ReactNode;
  readonly onClose: () => void;
  readonly size?: "lg" | "md" | "sm";
  readonly title: string;
};

/** A dialog that is open as long as it is rendered, on a phone over all of it unless it is a small one; a click beside it does not lose what was typed, nor does Escape. */
export function ModalDialog({ children, footer, onClose, size = "lg", title }: Props) {
  const content = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState(false);
  const full = size !== "sm";
  const first = () => content.current?.querySelector<HTMLElement>("[data-body] input, [data-footer] button") ?? null;
  return (
    <Dialog.Root
      closeOnEscape={!typed}
      closeOnInteractOutside={false}
      initialFocusEl={first}
      lazyMount
      onOpenChange={({ open }) => (open ? undefined : onClose())}
      open
      placement="top"
      scrollBehavior="inside"
      size={size}
      unmountOnExit
    >
      <Portal>
        <Dialog.Backdrop />
        <Dialog.Positioner>
          <Dialog.Content
            borderRadius={full ? { base: 0, sm: "md" } : "md"}
            maxH={{ base: "100dvh", sm: "calc(100dvh - 64px)" }}
            minH={full ? { base: "100dvh", sm: "auto" } : undefined}
            mx={full ? undefined : 3}
            my={full ? { base: 0, sm: 8 } : 8}
            onInput={() => setTyped(true)}
            ref={content}
          >
            <Dialog.Header>
              <Dialog.Title>{title}</Dialog.Title>
            </Dialog.Header>
            <Dialog.CloseTrigger asChild>
              <CloseButton size="sm" />
            </Dialog.CloseTrigger>
            <Dialog.Body data-body>{children}</Dialog.Body>
            {footer === undefined ? null : <Dialog.Footer data-footer>{footer}</Dialog.Footer>}
          </Dialog.Content>
        </Dialog.Positioner>
      </Portal>
    </Dialog.Root>
  );
}
