# Boot sector: enters 64-bit long mode, counts to 20 million, writes "64" to the first serial port, then ends QEMU through isa-debug-exit (port 0xf4).
.code16
.globl _start
_start:
  cli
  xor %ax, %ax
  mov %ax, %ds
  mov %ax, %es
  mov %ax, %ss
  mov $0x7c00, %sp
  # page tables at 0x1000: one 2 MiB identity page
  mov $0x1000, %edi
  mov %edi, %cr3
  xor %eax, %eax
  mov $0x0c00, %ecx
  rep stosl
  movl $0x2003, 0x1000
  movl $0x3003, 0x2000
  movl $0x0083, 0x3000
  mov %cr4, %eax
  or $0x20, %eax
  mov %eax, %cr4
  mov $0xc0000080, %ecx
  rdmsr
  or $0x100, %eax
  wrmsr
  mov %cr0, %eax
  or $0x80000001, %eax
  mov %eax, %cr0
  lgdt gdtr
  ljmp $0x08, $long
.code64
long:
  mov $0x10, %eax
  mov %eax, %ds
  mov %eax, %ss
  movabs $0x0000000000007b00, %rsp
  push %rax
  pop %rbx
  mov $20000000, %ecx
2: dec %ecx
  jnz 2b
  mov $0x3f8, %dx
  mov $'6', %al
  out %al, %dx
  mov $'4', %al
  out %al, %dx
  mov $0x2a, %al
  out %al, $0xf4
1: hlt
  jmp 1b
.align 8
gdt:
  .quad 0
  .quad 0x00af9a000000ffff
  .quad 0x00cf92000000ffff
gdtr:
  .word gdtr - gdt - 1
  .long gdt
.org 510
.word 0xaa55
