import { useDeleteTag, useTagged, type WholeTag } from "@/api/tags";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { plural } from "@/components/format";

type Props = { readonly onClose: () => void; readonly tag: WholeTag };

/** Asks before a tag is deleted, and says how much carries it. */
export function DeleteTag({ onClose, tag }: Props) {
  const deleting = useDeleteTag(tag.id);
  const { data } = useTagged(tag.id);
  const most = data?.total_is_capped === true ? "more than " : "";
  return (
    <ConfirmDialog
      deed="Delete the tag"
      error={deleting.error}
      onClose={onClose}
      onDo={() => deleting.mutate(undefined, { onSuccess: onClose })}
      pending={deleting.isPending}
      title={`Delete the tag ${tag.name}?`}
    >
      It is taken off everything that it is on{data === undefined ? "" : `, ${most}${plural(data.total, "asset")} among it`}. The assets stay;
      this cannot be taken back.
    </ConfirmDialog>
  );
}
