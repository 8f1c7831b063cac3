// What a rotation does next, as a table; and what it writes down.
import AWS
import Model
import Store
import Testing
import Vault

@testable import credtool

private let old = AccessKeyID("AKIAOLDEXAMPLE000001").unsafelyUnwrapped
private let new = AccessKeyID("AKIANEWEXAMPLE000001").unsafelyUnwrapped
private let third = AccessKeyID("AKIATHIRDEXAMPLE0001").unsafelyUnwrapped
private let asked = Timestamp(secondsSinceEpoch: 1_800_000_000)

private func key(_ id: AccessKeyID, active: Bool = true, after seconds: Int = 0)
    -> AccessKeyMetadata
{
    AccessKeyMetadata(id: id, isActive: active, created: asked + .seconds(seconds))
}

private struct Case: CustomTestStringConvertible {
    let name: String
    let facts: RotationFacts
    let move: RotationMove

    /// - Parameter written: The new key's ID, or nil, of what is written down; or nothing at all.
    init(
        _ name: String, written: AccessKeyID??, stored: AccessKeyID,
        listed: [AccessKeyMetadata], unused: Set<AccessKeyID> = [], _ move: RotationMove
    ) {
        self.name = name
        facts = RotationFacts(
            written: written.map { .init(old: old, new: $0, asked: asked) }, stored: stored,
            listed: listed, unused: unused)
        self.move = move
    }

    var testDescription: String { name }
}

private let nothing: AccessKeyID?? = nil
private let noSecret: AccessKeyID?? = .some(nil)

private let cases: [Case] = [
    // Nothing is under way.
    Case("one key", written: nothing, stored: old, listed: [key(old)], .create),
    Case("two keys", written: nothing, stored: old, listed: [key(old), key(third)], .refuseThird),
    Case(
        "the other one is inactive", written: nothing, stored: old,
        listed: [key(third, active: false), key(old)], .refuseThird),
    Case("not listed", written: nothing, stored: old, listed: [key(third)], .refuseUnlisted),
    Case("nothing listed", written: nothing, stored: old, listed: [], .refuseUnlisted),
    // A key was asked for, and its secret is nowhere.
    Case("IAM made none", written: noSecret, stored: old, listed: [key(old)], .create),
    Case(
        "IAM made one", written: noSecret, stored: old, listed: [key(old), key(new, after: 1)],
        unused: [new], .discard(new)),
    Case(
        "its clock is behind", written: noSecret, stored: old,
        listed: [key(old), key(new, after: -300)], unused: [new], .discard(new)),
    Case(
        "somebody else's, later", written: noSecret, stored: old,
        listed: [key(old), key(third, after: 601)], unused: [third], .refuseThird),
    Case(
        "somebody else's, before", written: noSecret, stored: old,
        listed: [key(old), key(third, after: -601)], unused: [third], .refuseThird),
    Case(
        "it is in use, so somebody has its secret", written: noSecret, stored: old,
        listed: [key(old), key(third, after: 1)], .refuseThird),
    // The new key is written down, and the old one stands in the vault.
    Case("both", written: new, stored: old, listed: [key(old), key(new)], .replace),
    Case("not listed yet", written: new, stored: old, listed: [key(old)], .replace),
    Case(
        "the old one works no more", written: new, stored: old,
        listed: [key(old, active: false), key(new)], .replace),
    Case(
        "somebody deactivated the new one", written: new, stored: old,
        listed: [key(old), key(new, active: false)], .takeBack(new)),
    // The new key stands in the vault.
    Case(
        "the old one is active", written: new, stored: new, listed: [key(old), key(new)],
        .deactivate(old)),
    Case(
        "the old one is inactive", written: new, stored: new,
        listed: [key(old, active: false), key(new)], .delete(old)),
    Case("the old one is gone", written: new, stored: new, listed: [key(new)], .finish),
]

@Test(arguments: cases) private func theNextMove(_ item: Case) {
    #expect(RotationMove.next(item.facts) == item.move)
}

/// A step may be lost at any point, but none leads back or stands still: from each state that a
/// rotation goes through, its moves end.
@Test(arguments: [nothing, noSecret, .some(new)]) private func everyRoadEnds(
    _ written: AccessKeyID??
) {
    var facts = RotationFacts(
        written: written.map { .init(old: old, new: $0, asked: asked) }, stored: old,
        listed: [key(old)] + (written == .some(new) ? [key(new)] : []))
    var moves = 0
    while moves < 10 {
        moves += 1
        let move = RotationMove.next(facts)
        switch move {
        case .create:
            facts.written = .init(old: facts.stored, new: new, asked: asked)
            facts.listed.append(key(new))
        case .replace: facts.stored = new
        case .deactivate(let id):
            #expect(facts.stored == new, "the stored key is never deactivated")
            facts.listed = facts.listed.map { $0.id == id ? key(id, active: false) : $0 }
        case .delete(let id):
            #expect(facts.listed.contains { $0.id == id && !$0.isActive })
            facts.listed.removeAll { $0.id == id }
        case .finish:
            #expect(facts.stored == new && facts.listed == [key(new)])
            return
        case .discard, .takeBack, .refuseThird, .refuseUnlisted:
            Issue.record("\(move)")
            return
        }
    }
    Issue.record("it does not end")
}

private func record(new isThere: Bool) -> RotationRecord {
    RotationRecord(
        step: .deactivate, user: "alice", profiles: ["work", "my place"], asked: asked,
        old: AccessKey(id: old, secret: Secret("old/secret")),
        new: isThere ? AccessKey(id: new, secret: Secret("new+secret")) : nil)
}

/// Whether bytes are taken for a record.
private func isRecord(_ bytes: borrowing Secret) -> Bool {
    switch RotationRecord(encoded: bytes) {
    case .some: true
    case .none: false
    }
}

@Test(arguments: [true, false]) func whatIsWrittenDownIsReadBack(hasNew: Bool) {
    guard let read = RotationRecord(encoded: record(new: hasNew).encoded()) else {
        Issue.record("it cannot be read")
        return
    }
    let (step, user, moment, profiles) = (read.step, read.user, read.asked, read.profiles)
    #expect(step == .deactivate && user == "alice" && moment == asked)
    #expect(profiles == ["work", "my place"])
    let (oldID, newID) = (read.old.id, read.newID)
    #expect(oldID == old && newID == (hasNew ? new : nil))
    let isOldSecret = read.old.secret.equals(Secret("old/secret"))
    let isNewSecret = read.newKey()?.secret.equals(Secret("new+secret"))
    #expect(isOldSecret && isNewSecret == (hasNew ? true : nil))
}

@Test func whatIsDamagedIsNoRecord() {
    let whole = record(new: true).encoded()
    let profiles = "work\nmy place\n".utf8.count
    for end in 0..<(whole.count - profiles) {
        let isTaken = isRecord(whole.part(0..<end))
        #expect(!isTaken, "\(end)")
    }
    let isTaken = isRecord(Secret("credtool-rotation 2\n"))
    #expect(!isTaken)
}
