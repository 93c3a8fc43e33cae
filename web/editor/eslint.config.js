import js from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import ts from 'typescript-eslint';

export default ts.config(
  { ignores: ['node_modules', 'src/core/api-types.ts'] },
  js.configs.recommended,
  ...ts.configs.strict,
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': hooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'warn',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    // The core is the part that survives another framework: no React, no canvas in it.
    files: ['src/core/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: ['react', 'react-*', '@xyflow/*', 'zustand', '../state/*', '../canvas/*', '../panel/*'] }] },
  },
  { files: ['tests/**', 'scripts/**'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' }, languageOptions: { globals: { process: 'readonly', console: 'readonly' } } },
);
