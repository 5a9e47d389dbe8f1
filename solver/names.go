package solver

// Names say what the numbers of a Problem stand for, wherever an answer is put into words.
type Names struct {
	Parties []string
	Issues  []string
	Option  func(issue, option int) string
}
