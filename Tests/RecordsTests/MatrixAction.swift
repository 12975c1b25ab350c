/// What can be asked of an object that is there, of one that is not, and of the list.
enum MatrixAction: CaseIterable {
  case get, put, putIfAbsent, patch, delete
  case getAbsent, putAbsent, patchAbsent, deleteAbsent
  case postNew, postExisting
  case list, count, clear
}
