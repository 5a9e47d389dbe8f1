package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"portsmouth"
	"portsmouth/scenario"
)

// formats are the names that --to takes, in the order in which they are shown.
var formats = []scenario.Format{scenario.Ours, scenario.GeniusWeb, scenario.NegMAS, scenario.NegoLog, scenario.CSV}

func newConvert() *cobra.Command {
	var to string
	var force bool
	c := &cobra.Command{
		Use:   "convert SCENARIO TARGET",
		Short: "Write a scenario in another format",
		Long: `Write a scenario in another format: --to portsmouth (our YAML), geniusweb (JSON), negmas (YAML), negolog (JSON) or csv (a
table for a spreadsheet). Without --to, the ending of TARGET says which: .yaml is ours, .csv a table.

A format that keeps several files takes a folder as TARGET, which is made. Nothing that is there is overwritten without
--force. How the numbers were read, what the format cannot hold, and where another tool would read the result otherwise is
said on standard error. What a format has no way to say is refused by name, never dropped in silence.`,
		Example: `  portsmouth convert ~/genius/Energy energy.yaml
  portsmouth convert examples/solver/lease.yaml lease-geniusweb --to geniusweb
  portsmouth convert examples/solver/lease.yaml lease.csv`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			return convert(c.ErrOrStderr(), args[0], args[1], to, force)
		},
	}
	names := make([]string, len(formats))
	for k, f := range formats {
		names[k] = string(f)
	}
	c.Flags().StringVar(&to, "to", "", "the `FORMAT` to write: "+strings.Join(names, ", "))
	c.Flags().BoolVar(&force, "force", false, "overwrite files that are there")
	return c
}

func convert(errs io.Writer, from, target, to string, force bool) error {
	s, err := readSpace(from)
	if err != nil {
		return err
	}
	format, err := formatOf(target, to)
	if err != nil {
		return err
	}
	fitted, err := s.Fit(format)
	if err != nil {
		return err
	}
	files, err := s.Files(format)
	if err != nil {
		return err
	}
	written, err := writeFiles(target, files, force)
	if err != nil {
		return err
	}
	w := &page{}
	for _, name := range written {
		w.line("wrote %s", name)
	}
	w.list("How the numbers were read", s.Readings)
	w.list("What was done to write them", fitted.Readings)
	w.list("Warnings", s.Warnings)
	return w.to(errs)
}

// formatOf reads --to, or the ending of the target.
func formatOf(target, to string) (scenario.Format, error) {
	if to == "" {
		switch strings.ToLower(filepath.Ext(target)) {
		case ".yaml", ".yml":
			return scenario.Ours, nil
		case ".csv":
			return scenario.CSV, nil
		}
		return "", portsmouth.Invalidf("", "say which format with --to: the ending of %s does not", target)
	}
	var names []string
	for _, f := range formats {
		if string(f) == to {
			return f, nil
		}
		names = append(names, string(f))
	}
	return "", portsmouth.Invalidf("", "there is no format “%s”; there are %s", to, strings.Join(names, ", "))
}

// writeFiles writes one file to the target itself, several into it as a folder. Nothing is written when any is there.
func writeFiles(target string, files []scenario.File, force bool) ([]string, error) {
	info, err := os.Stat(target)
	folder := len(files) > 1 || err == nil && info.IsDir()
	if folder && err == nil && !info.IsDir() {
		return nil, portsmouth.Invalidf("", "%s is a file, and this format keeps %d; name a folder", target, len(files))
	}
	names := make([]string, len(files))
	for k, f := range files {
		names[k] = target
		if folder {
			names[k] = filepath.Join(target, filepath.Base(f.Name))
		}
		if _, err := os.Lstat(names[k]); err == nil && !force {
			return nil, portsmouth.Invalidf("", "%s is there already; --force overwrites it", names[k])
		}
	}
	if folder {
		if err := os.MkdirAll(target, 0o755); err != nil {
			return nil, portsmouth.Invalidf("", "%v", err)
		}
	}
	for k, f := range files {
		if err := writeOne(names[k], f.Data, force); err != nil {
			return nil, err
		}
	}
	return names, nil
}

func writeOne(name string, raw []byte, force bool) error {
	flags := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if force {
		flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	f, err := os.OpenFile(name, flags, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return portsmouth.Invalidf("", "%s is there already; --force overwrites it", name)
	}
	if err != nil {
		return portsmouth.Invalidf("", "%v", err)
	}
	if _, err := f.Write(raw); err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", name, err), f.Close())
	}
	return f.Close()
}
