// The core's types by the names that views use. Views import this kit and not the core's generated module, whose short
// names (`State`, `Date`) are taken on a phone. Invariant: only names, no type of our own.
import AlongsideCore

public typealias Standing = AlongsideCore.State
public typealias Mark = AlongsideCore.Mark
public typealias Allow = AlongsideCore.Allow
public typealias Until = AlongsideCore.Until
public typealias WordKind = AlongsideCore.WordKind
public typealias HowOften = AlongsideCore.HowOften
public typealias Role = AlongsideCore.Role
public typealias Stage = AlongsideCore.Stage
public typealias Takes = AlongsideCore.Takes
public typealias Offered = AlongsideCore.Offered
public typealias Us = AlongsideCore.Us
public typealias Trouble = AlongsideCore.Trouble
public typealias PhoneKeys = AlongsideCore.PhoneKeys
public typealias CodePicture = AlongsideCore.CodePicture
public typealias QuietHours = AlongsideCore.QuietHours

public typealias TodayRow = AlongsideCore.TodayRow
public typealias TodayScreen = AlongsideCore.TodayScreen
public typealias DayRow = AlongsideCore.DayRow
public typealias RoutineScreen = AlongsideCore.RoutineScreen
public typealias RoutineRow = AlongsideCore.RoutineRow
public typealias RoutinesScreen = AlongsideCore.RoutinesScreen
public typealias GoalRow = AlongsideCore.GoalRow
public typealias StepRow = AlongsideCore.StepRow
public typealias GoalsScreen = AlongsideCore.GoalsScreen
public typealias PersonRow = AlongsideCore.PersonRow
public typealias PersonScreen = AlongsideCore.PersonScreen
public typealias ShareRow = AlongsideCore.ShareRow
public typealias ThingRow = AlongsideCore.ThingRow
public typealias WordRow = AlongsideCore.WordRow
public typealias SentRow = AlongsideCore.SentRow
public typealias SentIdeaRow = AlongsideCore.SentIdeaRow
public typealias ShownThings = AlongsideCore.ShownThings
public typealias ShownRoutineRow = AlongsideCore.ShownRoutineRow
public typealias ShownGoalRow = AlongsideCore.ShownGoalRow
public typealias SeeAsScreen = AlongsideCore.SeeAsScreen
public typealias ShowQuestion = AlongsideCore.ShowQuestion
public typealias IdeaRow = AlongsideCore.IdeaRow
public typealias InviteRow = AlongsideCore.InviteRow
public typealias InviteScreen = AlongsideCore.InviteScreen
public typealias SettingsScreen = AlongsideCore.SettingsScreen
public typealias PhoneRow = AlongsideCore.PhoneRow

extension TodayRow: Identifiable {}
extension RoutineRow: Identifiable {}
extension GoalRow: Identifiable {}
extension StepRow: Identifiable {}
extension PersonRow: Identifiable {
    public var id: String { who }
}
extension ShareRow: Identifiable {
    public var id: String { item + " " + who }
}
extension ThingRow: Identifiable {
    public var id: String { item }
}
extension WordRow: Identifiable {}
extension SentRow: Identifiable {}
extension SentIdeaRow: Identifiable {}
extension IdeaRow: Identifiable {}
extension InviteRow: Identifiable {}
extension ShownRoutineRow: Identifiable {}
extension ShownGoalRow: Identifiable {}
extension DayRow: Identifiable {
    public var id: String { day }
}
extension PhoneRow: Identifiable {
    public var id: String { number }
}
