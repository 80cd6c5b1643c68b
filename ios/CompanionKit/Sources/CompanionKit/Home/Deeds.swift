// Deeds that several pages offer alike, with what is said of them. It knows no noun's page. Invariant: who may have seen a
// thing before is said wherever it is deleted or not shown any more.
import AlongsideCore

extension Page {
    /// Deletes a routine, goal or step; undo brings it back. Whether it went.
    func delete(_ item: String) async -> Bool {
        let words = home.words
        let seen = await last(saying: { seen in
            seen.isEmpty ? words("said.deleted") : words("said.deleted-seen", ["names": seen.joined(separator: ", ")])
        }, { try $0.delete(item: item) })
        return seen != nil
    }

    func stopShowing(_ share: ShareRow) async {
        let said = home.words("said.stopped-showing", ["name": share.name])
        await deed(said: said, sends: true) { try $0.stopShowing(item: share.item, to: share.who) }
    }
}
