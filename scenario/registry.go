package scenario

// importer reads the files of one format of the field.
type importer struct {
	format Format
	// sniff says what a file is by its content: what is to be settled, what one party wants, both in one, or neither.
	// It looks at no name and must be quick on anything.
	sniff func(raw []byte) (isDomain, isProfile bool)
	// read makes a space of files that sniff recognised: the domain first when there is one, then the profiles in the
	// natural order of their names. It may rely on there being at least one profile, and at most one file that is only
	// a domain.
	read func(files []namedFile) (*Space, error)
}

// importers are asked in this order; the first that recognises a file has it.
var importers = []importer{
	{Ours, sniffOurs, readOurs},
	{Genius, sniffGenius, readGenius},
	{GeniusWeb, sniffGeniusWeb, readGeniusWeb},
	{NegoLog, sniffNegoLog, readNegoLog},
	{CSV, sniffCSV, readCSV},
	{NegMAS, sniffNegMAS, readNegMAS},
}
