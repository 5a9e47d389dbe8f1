package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"portsmouth"
)

const keyType = "PRIVATE KEY" // PKCS #8, which openssl reads too

func newKey() *cobra.Command {
	var witness string
	c := &cobra.Command{
		Use:   "key FILE",
		Short: "Make a key of your own to sign with",
		Long: `Make an Ed25519 key and keep it in FILE, readable by you alone. An existing file is never overwritten. The public half is
printed: show it to those who will want to know that a signature is yours. With --witness it is the key of a witness of that name
("portsmouth witness"), and the printed line is what is declared in a conference.`,
		Example: `  portsmouth key komura.pem
  portsmouth key --witness times.example/witness witness.pem`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if witness == "" {
				return makeKey(c.OutOrStdout(), args[0])
			}
			w, err := makeWitnessKey(args[0], witness)
			if err == nil {
				_, err = fmt.Fprintln(c.OutOrStdout(), "witness key:", w.Verifier())
			}
			return err
		},
	}
	c.Flags().StringVar(&witness, "witness", "", "make the key of a witness of this `NAME`")
	return c
}

func makeKey(out io.Writer, file string) error {
	var public ed25519.PublicKey
	err := writeKey(file, func(private ed25519.PrivateKey) (string, error) {
		public = private.Public().(ed25519.PublicKey)
		return "", nil
	})
	if err == nil {
		_, err = fmt.Fprintln(out, "public key:", base64.StdEncoding.EncodeToString(public))
	}
	return err
}

// writeKey makes a key and writes it into a new file, under the text that head returns.
func writeKey(file string, head func(ed25519.PrivateKey) (string, error)) error {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return err
	}
	text, err := head(private)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return portsmouth.Invalidf("", "%v", err)
	}
	_, err = io.WriteString(f, text)
	if err == nil {
		err = pem.Encode(f, &pem.Block{Type: keyType, Bytes: der})
	}
	return errors.Join(err, f.Close())
}

func newSign() *cobra.Command {
	var key string
	c := &cobra.Command{
		Use:   "sign --key FILE STATEMENT",
		Short: "Sign a signing statement downloaded from the signing page",
		Long: `Sign the statement that the signing page gives you as a file, with a key made by "portsmouth key". It prints the public
key and the signature: paste both into the signing page. The key does not leave your machine.`,
		Example: `  portsmouth sign --key komura.pem statement.txt`,
		Args:    cobra.ExactArgs(1),
		RunE:    func(c *cobra.Command, args []string) error { return sign(c.OutOrStdout(), key, args[0]) },
	}
	c.Flags().StringVar(&key, "key", "", "the key `file`")
	_ = c.MarkFlagRequired("key")
	return c
}

func sign(out io.Writer, keyFile, statementFile string) error {
	private, err := readKey(keyFile)
	if err != nil {
		return err
	}
	statement, err := os.ReadFile(statementFile)
	if err != nil {
		return portsmouth.Invalidf("", "%v", err)
	}
	_, err = fmt.Fprintf(out, "public key: %s\nsignature:  %s\n",
		base64.StdEncoding.EncodeToString(private.Public().(ed25519.PublicKey)),
		base64.StdEncoding.EncodeToString(ed25519.Sign(private, statement)))
	return err
}

func readKey(file string) (ed25519.PrivateKey, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, portsmouth.Invalidf("", "%v", err)
	}
	block, _ := pem.Decode(data)
	if block == nil || block.Type != keyType {
		return nil, portsmouth.Invalidf("", "%s is no key file; make one with: portsmouth key FILE", file)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, portsmouth.Invalidf("", "%s: %v", file, err)
	}
	private, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, portsmouth.Invalidf("", "%s holds another kind of key; Ed25519 is wanted", file)
	}
	return private, nil
}
