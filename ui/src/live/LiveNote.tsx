import { Alert, Button, CloseButton, Text } from "@chakra-ui/react";

type Props = { readonly onClose: () => void; readonly onShow?: (() => void) | undefined; readonly text: string };

/** Says in passing that something changed, and shows it when asked to. */
export function LiveNote({ onClose, onShow, text }: Props) {
  return (
    <Alert.Root aria-live="polite" mb={3} role="status" size="sm" status="info">
      <Alert.Indicator />
      <Alert.Content>
        <Text>{text}</Text>
      </Alert.Content>
      {onShow === undefined ? null : (
        <Button bg="bg" color="fg" onClick={onShow} size="2xs" variant="outline">
          Show
        </Button>
      )}
      <CloseButton aria-label="Dismiss" onClick={onClose} size="2xs" />
    </Alert.Root>
  );
}
