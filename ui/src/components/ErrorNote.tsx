import { Alert, Button, Code, Text } from "@chakra-ui/react";

import { ApiError } from "@/api/error";
import { signIn } from "@/app/frame";

const TITLES: Record<number, string> = {
  0: "The server cannot be reached",
  401: "Your session is over",
  403: "You may not do this",
  404: "Not found",
  409: "Somebody else was faster",
  503: "Not available just now",
};

type Props = { readonly error: unknown; readonly onRetry?: () => void; readonly title?: string };

/** What the server said about a failure: message, field, code and the request's id. */
export function ErrorNote({ error, onRetry, title }: Props) {
  if (!(error instanceof Error)) {
    return null;
  }
  const api = error instanceof ApiError ? error : undefined;
  return (
    <Alert.Root role="alert" size="sm" status="error">
      <Alert.Indicator />
      <Alert.Content gap={1} minW={0}>
        <Alert.Title>{title ?? TITLES[api?.status ?? -1] ?? "That did not work"}</Alert.Title>
        <Alert.Description overflowWrap="anywhere">
          {error.message}
          {api?.field === undefined ? null : (
            <>
              {" "}
              Field: <Code size="sm">{api.field}</Code>
            </>
          )}
          {api === undefined ? null : (
            <Text color="fg.muted" fontSize="xs" mt={1}>
              {api.code}
              {api.requestId === undefined ? "" : ` · request ${api.requestId}`}
            </Text>
          )}
        </Alert.Description>
      </Alert.Content>
      {api?.status === 401 ? (
        <Button onClick={() => signIn(true)} size="xs" variant="outline">
          Sign in
        </Button>
      ) : onRetry === undefined ? null : (
        <Button onClick={onRetry} size="xs" variant="outline">
          Try again
        </Button>
      )}
    </Alert.Root>
  );
}
