; What Rust defines, calls and uses; a function in an impl belongs to its type.
(struct_item name: (type_identifier) @name) @struct
(enum_item name: (type_identifier) @name) @enum
(union_item name: (type_identifier) @name) @struct
(trait_item name: (type_identifier) @name) @interface
(type_item name: (type_identifier) @name) @type
(macro_definition name: (identifier) @name) @macro
(mod_item name: (identifier) @name body: (_)) @scope
(mod_item name: (identifier) @import !body)
(impl_item type: [(type_identifier) @name (generic_type type: (type_identifier) @name)]) @scope
(impl_item trait: [(type_identifier) @extends (generic_type type: (type_identifier) @extends)])
(function_item name: (identifier) @name) @function
(function_signature_item name: (identifier) @name) @function
(call_expression function: [
  (identifier) @call
  (field_expression field: (field_identifier) @call)
  (scoped_identifier name: (identifier) @call)
  (generic_function function: [(identifier) @call (scoped_identifier name: (identifier) @call)])])
(macro_invocation macro: [(identifier) @call (scoped_identifier name: (identifier) @call)])
(struct_expression name: (type_identifier) @call)
(use_declaration argument: (_) @import)
