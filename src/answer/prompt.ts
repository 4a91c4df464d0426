/** What is asked of the model, and what the person is told about it. */
export type Prompt = {
  readonly text: string /** A sentence for the person, or null. */;
  readonly notice: string | null;
};

/** The question itself, or a good one in its place when no words came with the pictures. */
export function createPrompt(question: string, pictureCount: number): Prompt {
  if (question !== '') return { text: question, notice: null };
  if (pictureCount === 1) {
    return {
      text: 'Describe this picture: what it shows, any text in it, and what stands out.',
      notice: 'You sent no question, so here is a description.',
    };
  }
  return {
    text: 'Describe each of these pictures in order: what it shows and any text in it. Then say how they differ.',
    notice: 'You sent no question, so here is a description of each picture.',
  };
}
