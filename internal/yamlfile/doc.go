// Package yamlfile reads the YAML that people write for this program, case
// files, column maps and policies, under one rule of what such a file may be.
//
// The package is not for what the files say: their readers judge that.
package yamlfile
