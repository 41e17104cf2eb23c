#include "textflag.h"

DATA v4dots<>+0(SB)/8, $0x2e2e2e2e2e2e2e2e
DATA v4dots<>+8(SB)/8, $0x2e2e2e2e2e2e2e2e
GLOBL v4dots<>(SB), RODATA|NOPTR, $16

DATA v4zeros<>+0(SB)/8, $0x3030303030303030
DATA v4zeros<>+8(SB)/8, $0x3030303030303030
GLOBL v4zeros<>(SB), RODATA|NOPTR, $16

DATA v4nines<>+0(SB)/8, $0x0909090909090909
DATA v4nines<>+8(SB)/8, $0x0909090909090909
GLOBL v4nines<>(SB), RODATA|NOPTR, $16

// Weights of the digits of an octet: none, hundreds, tens, ones.
DATA v4weights<>+0(SB)/8, $0x010a6400010a6400
DATA v4weights<>+8(SB)/8, $0x010a6400010a6400
GLOBL v4weights<>(SB), RODATA|NOPTR, $16

DATA v4pairs<>+0(SB)/8, $0x0001000100010001
DATA v4pairs<>+8(SB)/8, $0x0001000100010001
GLOBL v4pairs<>(SB), RODATA|NOPTR, $16

DATA v4most<>+0(SB)/8, $0x000000ff000000ff
DATA v4most<>+8(SB)/8, $0x000000ff000000ff
GLOBL v4most<>(SB), RODATA|NOPTR, $16

// func v4AVX(p *byte, n uint32, shapes *[256]v4Shape) (addr uint32, ok bool)
TEXT ·v4AVX(SB), NOSPLIT, $0-29
	MOVQ p+0(FP), SI
	MOVL n+8(FP), CX
	MOVQ shapes+16(FP), DI
	VMOVDQU (SI), X0

	// Where the dots stand, and the end, says which shape it is.
	VPCMPEQB v4dots<>(SB), X0, X1
	VPMOVMSKB X1, AX
	MOVL $1, BX
	SHLL CX, BX
	ORL BX, AX
	LEAL -1(BX)(BX*1), DX
	ANDL DX, AX
	IMUL3L $0x00cf7800, AX, DX
	SHRL $24, DX
	SHLL $6, DX
	ADDQ DX, DI
	CMPL AX, 32(DI)
	JNE bad

	// Its digits, four bytes for each octet; all of them digits.
	VPSUBB v4zeros<>(SB), X0, X0
	VPSHUFB (DI), X0, X0
	VPMINUB v4nines<>(SB), X0, X1
	VPCMPEQB X0, X1, X1
	VPMOVMSKB X1, DX
	XORL $0xffff, DX

	// The octets; none too small for its digits or too large.
	VPMADDUBSW v4weights<>(SB), X0, X0
	VPMADDWD v4pairs<>(SB), X0, X0
	VMOVDQU 16(DI), X3
	VPCMPGTD X0, X3, X2
	VPCMPGTD v4most<>(SB), X0, X3
	VPOR X2, X3, X2
	VPMOVMSKB X2, BX
	ORL BX, DX
	JNE bad

	VPACKUSDW X0, X0, X0
	VPACKUSWB X0, X0, X0
	VMOVD X0, AX
	BSWAPL AX
	MOVL AX, addr+24(FP)
	MOVB $1, ok+28(FP)
	RET

bad:
	MOVL $0, addr+24(FP)
	MOVB $0, ok+28(FP)
	RET
