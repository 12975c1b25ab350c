/// Who has which permission on an object, by the names of principals: `account:ada`, `system.Everyone`, or the address of
/// a group. Permissions that nobody has are left out.
public typealias AccessLists = [DataPermission: Set<String>]
